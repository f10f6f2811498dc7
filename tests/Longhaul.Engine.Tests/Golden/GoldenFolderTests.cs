using System.Security.Cryptography;
using Longhaul.Core.Backups;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Restoring;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Engine.Tests.Golden;

/// <summary>Whole backup folders as an earlier build of the program wrote them: they stay readable.</summary>
/// <remarks>Five runs over a small disk each, by method; forever-forward has merged twice, and so has the encrypted one. SHA256SUMS has the disk at every
/// visible point. When the format changes, they are made anew with the program, and the specification with them.</remarks>
public sealed class GoldenFolderTests : IDisposable
{
    private readonly Estate _estate = new();
    private readonly Estate _encrypted = new() { Password = new EstatePassword() };
    private readonly TemporaryFolder _folder = new();

    private static string Folders => Path.Combine(AppContext.BaseDirectory, "Golden", "Folders");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("forever-forward", 3, ChainShape.ForwardIncremental)]
    [InlineData("reverse", 5, ChainShape.ReverseIncremental)]
    [InlineData("transformed", 5, ChainShape.Mixed)]
    [InlineData("encrypted", 3, ChainShape.ForwardIncremental)]
    public async Task Every_point_restores_as_it_was(string folder, int points, ChainShape shape)
    {
        var backup = await OpenAsync(folder);
        var sums = SumsOf(folder);
        var machine = Assert.Single(backup.Folder.State.Machines.Values);
        Assert.Equal(shape, machine.Chain.Shape);
        Assert.Equal(sums.Keys.Order(), machine.Points.Select(point => point.Id).Order());
        Assert.Equal(points, machine.Points.Length);

        foreach (var point in machine.Points)
        {
            var to = _folder[point.Id.ToString()];
            await new PointRestorer(backup.Tables, backup.Frames, null).RestoreAsync(
                point.Id,
                to,
                RestoreFormat.Raw,
                disk: null,
                overwrite: false,
                Token
            );
            var content = await File.ReadAllBytesAsync(Path.Combine(to, "root.raw"), Token);
            Assert.Equal(sums[point.Id], Convert.ToHexStringLower(SHA256.HashData(content)));
        }
    }

    [Theory]
    [InlineData("forever-forward")]
    [InlineData("reverse")]
    [InlineData("transformed")]
    [InlineData("encrypted")]
    public async Task Nothing_in_them_is_damaged(string folder) =>
        Assert.Empty((await new BackupVerifier(await OpenAsync(folder), null).VerifyAsync(data: true, Token)).Damaged);

    public void Dispose()
    {
        _estate.Dispose();
        _encrypted.Dispose();
        _folder.Dispose();
    }

    private Task<OpenBackup> OpenAsync(string folder) =>
        (folder == "encrypted" ? _encrypted : _estate).OpenAsync(
            new FolderStore(new DirectoryStore(Folders, PlacementMethod.Rename), folder + "/"),
            _estate.Here
        );

    private static Dictionary<PointId, string> SumsOf(string folder) =>
        File.ReadLines(Path.Combine(Folders, "SHA256SUMS"))
            .Select(line => line.Split("  "))
            .Where(parts => parts[1].StartsWith(folder + "/", StringComparison.Ordinal))
            .ToDictionary(
                parts => PointId.TryParse(parts[1].AsSpan(folder.Length + 1), out var id) ? id : default,
                parts => parts[0]
            );
}
