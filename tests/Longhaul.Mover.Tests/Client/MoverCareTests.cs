using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Segments;
using Longhaul.Mover.Pairing;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Mover.Tests.Client;

/// <summary>A mover reads a backup where it lies, without its password, and says which frames are broken.</summary>
public sealed class MoverCareTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("encrypted")]
    [InlineData("forever-forward")]
    public async Task A_sound_backup_is_found_sound_and_a_flipped_bit_is_found(string golden)
    {
        await using var site = await MoverSite.StartAsync(Token);
        Copy(Path.Combine(Golden(), golden), Path.Combine(site.Directory, "backup"));
        var opened = await site.OpenAsync(Token, MoverPermissions.Read);

        var sound = await opened.Care.ScrubAsync("backup", progress: null, Token);

        Assert.True(sound.IsSound);
        Assert.True(sound.Frames > 0 && sound.Points > 0);

        var segment = Directory.EnumerateFiles(Path.Combine(site.Directory, "backup", "segments")).Order().First();
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.Length / 4] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Token);
        var damaged = await opened.Care.ScrubAsync("backup", progress: null, Token);

        Assert.False(damaged.IsSound);
        Assert.Contains(
            Path.GetFileName(segment).Split('.')[0],
            damaged.Broken.Select(frame => frame.Segment.ToString())
        );
    }

    [Theory]
    [InlineData("encrypted")]
    [InlineData("forever-forward")]
    public async Task Frames_are_checked_where_they_lie_and_answered_in_their_order(string golden)
    {
        await using var site = await MoverSite.StartAsync(Token);
        Copy(Path.Combine(Golden(), golden), Path.Combine(site.Directory, "backup"));
        var care = (await site.OpenAsync(Token, MoverPermissions.Read)).Care;
        var frames = await FramesAsync(Path.Combine(site.Directory, "backup"));
        var broken = frames[frames.Count / 2];

        Assert.All(await CheckAsync(care, frames), answer => Assert.True(answer.IsSound));

        var bytes = await File.ReadAllBytesAsync(broken.File, Token);
        bytes[broken.Offset] ^= 1;
        await File.WriteAllBytesAsync(broken.File, bytes, Token);
        var answers = await CheckAsync(care, frames);

        Assert.Equal(frames.Select(each => each.Address), answers.Select(answer => answer.Frame));
        Assert.Contains((broken.Address, false), answers);
        Assert.Equal(
            frames.Where(each => each.Below.Contains(broken.Address)).Select(each => each.Address),
            answers.Where(answer => !answer.IsSound).Select(answer => answer.Frame)
        );
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../elsewhere")]
    [InlineData("a/b")]
    public async Task What_is_no_backup_is_not_scrubbed(string folder)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var opened = await site.OpenAsync(Token, MoverPermissions.Read);

        await Assert.ThrowsAsync<LonghaulException>(async () =>
            await opened.Care.ScrubAsync(folder, progress: null, Token)
        );
    }

    private static async Task<List<(FrameAddress Frame, bool IsSound)>> CheckAsync(
        IFarSide care,
        IReadOnlyList<StoredFrame> frames
    )
    {
        var answers = new List<(FrameAddress, bool)>();
        FrameAddress[] asked = [.. frames.Select(each => each.Address)];
        await care.CheckFramesAsync("backup", asked, (frame, isSound) => answers.Add((frame, isSound)), Token);
        return answers;
    }

    /// <summary>Every frame of a backup, segment by segment.</summary>
    private static async Task<IReadOnlyList<StoredFrame>> FramesAsync(string path)
    {
        var folder = await BackupFolder.OpenAsync(
            new DirectoryStore(path, PlacementMethod.Rename),
            "backup",
            open: null,
            TimeProvider.System,
            Token
        );
        using var backup = new OpenBackup(folder!, RepositoryId.New(), "main");
        var frames = new List<StoredFrame>();
        foreach (
            var segment in backup.Folder.State.Segments.Values.Where(each => !each.IsDead).OrderBy(each => each.Id)
        )
        {
            var table = await backup.Frames.Tables.GetAsync(segment.Id, Token);
            foreach (var frame in table.Frames)
            {
                var address = new FrameAddress(segment.Id, frame.Number);
                var chain = await backup.Frames.Tables.ChainAsync(address, Token);
                var file = Path.Combine(path, backup.Frames.Tables.FileOf(segment.Id));
                var offset = frame.Offset + frame.HeaderLength;
                frames.Add(new StoredFrame(address, file, offset, [.. chain.Select(link => link.Address)]));
            }
        }

        return frames;
    }

    /// <summary>A frame, where its payload lies, and all it stands upon with itself.</summary>
    private sealed record StoredFrame(
        FrameAddress Address,
        string File,
        long Offset,
        IReadOnlyList<FrameAddress> Below
    );

    private static string Golden([CallerFilePath] string here = "") =>
        Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Longhaul.Engine.Tests", "Golden", "Folders")
        );

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
