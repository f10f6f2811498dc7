using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;
using Longhaul.Jobs.Repositories;
using Xunit;
using BackupState = Longhaul.Catalog.Backups.BackupState;

namespace Longhaul.Jobs.Tests.Repositories;

/// <summary>A folder is told by what its log says, and its name helps only where the log says that it was continued here.</summary>
public sealed class FolderMatchingTests
{
    private static readonly BackupId s_backup = BackupId.New();
    private static readonly InstanceId s_known = InstanceId.New();
    private static readonly InstanceId s_other = InstanceId.New();

    [Fact]
    public void A_copy_that_was_continued_where_it_lies_is_what_was_there() =>
        Is(Match(new FoundFolder("seed", s_backup, s_other, IsAtHome: true)), known: ["seed"]);

    /// <summary>A carried copy of the same backup was put in the place of the one that was there.</summary>
    [Fact]
    public void A_copy_that_was_continued_elsewhere_is_another_one() =>
        Is(Match(new FoundFolder("seed", s_backup, s_other, IsAtHome: false)), arrived: ["seed"], vanished: ["seed"]);

    [Fact]
    public void Another_backup_in_its_place_is_another_one() =>
        Is(
            Match(new FoundFolder("seed", BackupId.New(), s_other, IsAtHome: true)),
            arrived: ["seed"],
            vanished: ["seed"]
        );

    [Fact]
    public void Another_instance_in_its_place_is_no_reason_to_lose_the_one_that_was_renamed()
    {
        var matching = Match(
            new FoundFolder("seed", s_backup, s_other, IsAtHome: true),
            new FoundFolder("renamed", s_backup, s_known, IsAtHome: true)
        );

        Is(matching, arrived: ["seed"]);
        Assert.Equal("seed", matching.Moved["renamed"].Folder);
    }

    private static FolderMatching Match(params FoundFolder[] found) =>
        FolderMatching.Of(
            [
                new BackupEntry
                {
                    Repository = RepositoryId.New(),
                    Folder = "seed",
                    BackupId = s_backup,
                    InstanceId = s_known,
                    BlockSize = 1 << 20,
                    Origin = BackupOrigin.Copy,
                    State = BackupState.Owned,
                },
            ],
            found,
            new HashSet<string>()
        );

    private static void Is(
        FolderMatching matching,
        string[]? known = null,
        string[]? arrived = null,
        string[]? vanished = null
    )
    {
        Assert.Equal(known ?? [], matching.Known);
        Assert.Equal(arrived ?? [], matching.Arrived);
        Assert.Equal(vanished ?? [], matching.Vanished.Select(entry => entry.Folder));
    }
}
