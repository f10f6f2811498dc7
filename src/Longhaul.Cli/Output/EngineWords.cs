using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Runs;

namespace Longhaul.Cli.Output;

/// <summary>The words in which documents say what the engine says.</summary>
internal static class EngineWords
{
    /// <summary>What kind of job made a backup.</summary>
    public static string Of(BackupOrigin origin) =>
        origin switch
        {
            BackupOrigin.Backup => "backup",
            BackupOrigin.Copy => "copy",
            BackupOrigin.AgentStandalone => "agent-standalone",
            BackupOrigin.AgentManaged => "agent-managed",
            BackupOrigin.AgentCopyStandalone => "agent-copy-standalone",
            _ => "agent-copy-managed",
        };

    /// <summary>A backup's state.</summary>
    public static string Of(BackupState state) =>
        state switch
        {
            BackupState.Owned => "owned",
            BackupState.Ownerless => "ownerless",
            BackupState.Imported => "imported",
            BackupState.Locked => "locked",
            _ => "incomplete",
        };

    /// <summary>A chain's shape.</summary>
    public static string Of(ChainShape shape) =>
        shape switch
        {
            ChainShape.ReverseIncremental => "reverse-incremental",
            ChainShape.Mixed => "mixed",
            _ => "forward-incremental",
        };

    /// <summary>A verdict.</summary>
    public static string Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Refused => "refused",
            Verdict.Warning => "warning",
            _ => "ok",
        };

    /// <summary>How a machine was matched; null when it was not.</summary>
    public static string? Of(MatchedBy? by) =>
        by switch
        {
            MatchedBy.Id => "id",
            MatchedBy.Name => "name",
            MatchedBy.Pair => "pair",
            _ => null,
        };

    /// <summary>How a baseline was found.</summary>
    public static string Of(BaselineFoundBy by) =>
        by switch
        {
            BaselineFoundBy.Lineage => "lineage",
            BaselineFoundBy.Digests => "digests",
            _ => "none",
        };
}
