using System.Text.RegularExpressions;
using Xunit;

namespace Longhaul.Architecture.Tests.Sources;

public sealed partial class BannedTextTests
{
    /// <summary>What people read or run: code, scripts, documents.</summary>
    private static readonly string[] s_patterns = ["*.cs", "*.md", "*.sh", "*.proto", "*.csproj", "*.props", "*.yml"];

    /// <summary>Folders of one person's or one build machine's; nothing that is shipped may know them.</summary>
    [Fact]
    public void No_file_names_a_folder_of_a_developers_machine() => Findings.None(Found(DeveloperFolder(), All()));

    /// <summary>The runtime's own flush returns normally when fsync fails: ours is in Storage/Stores/Posix.</summary>
    [Fact]
    public void No_source_flushes_through_the_runtime() =>
        Findings.None(Found(RuntimeFlush(), RepositoryTree.Code("src"), SkipComments));

    [Fact]
    public void No_source_leaves_work_undone() =>
        Findings.None(Found(Undone(), RepositoryTree.Code("src").Concat(RepositoryTree.Code("tests"))));

    [Fact]
    public void No_warning_is_silenced_without_a_reason() =>
        Findings.None(Found(SilentPragma(), RepositoryTree.Code("src").Concat(RepositoryTree.Code("tests"))));

    [Fact]
    public void No_test_waits_for_luck() => Findings.None(Found(Sleeping(), RepositoryTree.Code("tests")));

    [Fact]
    public void No_exception_is_swallowed() =>
        Findings.None(RepositoryTree.Code("src").Where(path => EmptyCatch().IsMatch(RepositoryTree.Read(path))));

    private static IEnumerable<string> All() =>
        s_patterns
            .SelectMany(pattern => RepositoryTree.Files(".", pattern))
            .Concat(RepositoryTree.Files(".ci", "*"))
            .Append("longhaul")
            .Where(path => !path.EndsWith("/BannedTextTests.cs", StringComparison.Ordinal));

    private static IEnumerable<string> Found(
        Regex banned,
        IEnumerable<string> paths,
        Func<string, bool>? skip = null
    ) =>
        from path in paths
        where !path.EndsWith("/BannedTextTests.cs", StringComparison.Ordinal)
        from line in RepositoryTree.Lines(path)
        where banned.IsMatch(line.Text) && skip?.Invoke(line.Text) != true
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    private static bool SkipComments(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<![\w.$}])(/work/|/home/\w|/Users/|/root/|[A-Z]:\\Users)")]
    private static partial Regex DeveloperFolder();

    [GeneratedRegex(@"\.Flush\((true|flushToDisk)|FlushToDisk\(")]
    private static partial Regex RuntimeFlush();

    [GeneratedRegex(@"\b(FIXME|HACK|XXX|NotImplementedException)\b|\bTODO\b(?! #\d)")]
    private static partial Regex Undone();

    [GeneratedRegex(@"#pragma warning disable(?!.*//)")]
    private static partial Regex SilentPragma();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\((?!.*[cC]lock|.*[tT]ime|.*TimeProvider)")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"catch[^{;]*\{\s*\}")]
    private static partial Regex EmptyCatch();
}
