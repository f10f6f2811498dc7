using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Xunit;

namespace Longhaul.Mover.Tests.Client;

/// <summary>A mover reads a backup where it lies, without its password, and says which frames are broken.</summary>
public sealed class MoverScrubTests
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

        var sound = await opened.Scrub.ScrubAsync("backup", progress: null, Token);

        Assert.True(sound.IsSound);
        Assert.True(sound.Frames > 0 && sound.Points > 0);

        var segment = Directory.EnumerateFiles(Path.Combine(site.Directory, "backup", "segments")).Order().First();
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[bytes.Length / 4] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Token);
        var damaged = await opened.Scrub.ScrubAsync("backup", progress: null, Token);

        Assert.False(damaged.IsSound);
        Assert.Contains(
            Path.GetFileName(segment).Split('.')[0],
            damaged.Broken.Select(frame => frame.Segment.ToString())
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
            await opened.Scrub.ScrubAsync(folder, progress: null, Token)
        );
    }

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
