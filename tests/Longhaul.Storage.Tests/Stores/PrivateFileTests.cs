using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

/// <summary>A key file is its owner's alone, or is not used.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Key => _folder["password.key"];

    [Fact]
    public void It_is_made_for_its_owner_alone_and_leaves_nothing_beside()
    {
        Assert.Null(PrivateFile.Find(Key, 3, Errors.PasswordKeyFile));
        Assert.True(PrivateFile.TryCreate(Key, [1, 2, 3]));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
        Assert.Equal([1, 2, 3], PrivateFile.Find(Key, 3, Errors.PasswordKeyFile));
        Assert.Equal([Key], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_is_there_is_never_replaced()
    {
        Assert.True(PrivateFile.TryCreate(Key, [1, 2, 3]));
        Assert.False(PrivateFile.TryCreate(Key, [4, 5, 6]));

        Assert.Equal([1, 2, 3], PrivateFile.Find(Key, 3, Errors.PasswordKeyFile));
        Assert.Equal([Key], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Of_many_that_make_it_one_wins_and_all_have_the_same()
    {
        var found = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number =>
                    Task.Run(() =>
                    {
                        _ = PrivateFile.TryCreate(Key, [(byte)number]);
                        return PrivateFile.Find(Key, 1, Errors.PasswordKeyFile)![0];
                    })
                )
        );

        Assert.Single(found.Distinct());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void One_that_others_may_read_or_write_is_refused(UnixFileMode more)
    {
        Assert.True(PrivateFile.TryCreate(Key, [1]));
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        IsRefused("chmod 600");
    }

    [Fact]
    public void One_of_another_size_is_refused()
    {
        Assert.True(PrivateFile.TryCreate(Key, [1, 2]));
        IsRefused("give the passwords again");
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        Assert.True(PrivateFile.TryCreate(_folder["elsewhere"], [1]));
        File.CreateSymbolicLink(Key, _folder["elsewhere"]);
        IsRefused("Take it away");
    }

    [Fact]
    public async Task One_that_belongs_to_somebody_else_is_refused()
    {
        Require.Root();
        Assert.True(PrivateFile.TryCreate(Key, [1]));
        using var chown = System.Diagnostics.Process.Start("chown", ["12345", Key]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        IsRefused("Run as that user");
    }

    public void Dispose() => _folder.Dispose();

    private void IsRefused(string hint)
    {
        var error = Assert.Throws<LonghaulException>(() => PrivateFile.Find(Key, 1, Errors.PasswordKeyFile));
        Assert.Equal("password.key-file", error.Code);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }
}
