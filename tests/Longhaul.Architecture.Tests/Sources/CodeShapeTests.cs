using System.Text.RegularExpressions;
using Xunit;

namespace Longhaul.Architecture.Tests.Sources;

public sealed partial class CodeShapeTests
{
    private const int MaxSourceLines = 400;
    private const int MaxTestLines = 800;

    /// <summary>Files that hold several public types on purpose.</summary>
    private static readonly string[] s_severalTypes =
    [
        // What ids name: types that nobody makes, one line each (docs/decisions/0005-one-id-type.md).
        "src/Longhaul.Core/Backups/Things.cs",
    ];

    /// <summary>Names that end in a word that says nothing, and are the format document's own.</summary>
    private static readonly string[] s_named = ["FrameInfo"];

    [Fact]
    public void No_source_file_is_too_long() => Findings.None(LongerThan("src", MaxSourceLines));

    [Fact]
    public void No_test_file_is_too_long() => Findings.None(LongerThan("tests", MaxTestLines));

    /// <summary>A record or an enum that serves the file's type may stand below it; what behaves has its own file.</summary>
    [Fact]
    public void A_file_has_one_public_type() =>
        Findings.None(
            RepositoryTree
                .Code("src")
                .Except(s_severalTypes)
                .Where(path =>
                    PublicType()
                        .Matches(RepositoryTree.Read(path))
                        .Skip(1)
                        .Any(type => type.Groups["kind"].Value is "class" or "interface" or "struct")
                )
        );

    [Fact]
    public void A_file_is_named_after_its_public_type() =>
        Findings.None(
            RepositoryTree
                .Code("src")
                .Except(s_severalTypes)
                .Where(path =>
                    PublicType().Match(RepositoryTree.Read(path)) is { Success: true } type
                    && Path.GetFileName(path).Split('.')[0] != type.Groups["name"].Value
                )
        );

    [Fact]
    public void No_type_is_a_junk_drawer() =>
        Findings.None(
            from path in RepositoryTree.Code(".")
            from Match type in AnyType().Matches(RepositoryTree.Read(path))
            let name = type.Groups["name"].Value
            where JunkDrawer().IsMatch(name) && !s_named.Contains(name)
            select $"{path}: {name}"
        );

    [Fact]
    public void A_namespace_is_project_and_folder() =>
        Findings.None(
            from path in RepositoryTree.Code("src").Concat(RepositoryTree.Code("tests"))
            let wanted = string.Join('.', path.Split('/')[1..^1])
            let found = Namespace().Match(RepositoryTree.Read(path))
            where found.Success && found.Groups["name"].Value != wanted
            select $"{path}: {found.Groups["name"].Value}"
        );

    private static IEnumerable<string> LongerThan(string folder, int limit) =>
        from path in RepositoryTree.Code(folder)
        let lines = RepositoryTree.Lines(path).Count()
        where lines > limit
        select $"{path}: {lines} lines, {limit} allowed";

    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?<kind>class|record|struct|interface|enum|delegate) (?:struct )?(?<name>\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex PublicType();

    [GeneratedRegex(
        @"^(?:public|internal) (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:record struct|class|record|struct|interface|enum) (?<name>\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex AnyType();

    [GeneratedRegex(@"Manager|Helper|Util|Processor|Common|(Info|Data)$")]
    private static partial Regex JunkDrawer();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
