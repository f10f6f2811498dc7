using System.Text.RegularExpressions;
using Xunit;

namespace Longhaul.Architecture.Tests.Sources;

/// <summary>Every code that an operator can meet is explained in docs/errors.md, and nothing else is.</summary>
public sealed partial class ErrorTableTests
{
    private const string Table = "docs/errors.md";

    [Fact]
    public void A_code_has_one_factory() =>
        Findings.None(Codes().GroupBy(code => code).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_code_is_explained()
    {
        var explained = Explained();

        Findings.None(Codes().Concat(CheckCodes()).Except(explained));
    }

    [Fact]
    public void Nothing_is_explained_that_does_not_exist()
    {
        var explained = Explained();

        Findings.None(explained.Except(Codes().Concat(CheckCodes())));
    }

    private static IReadOnlyList<string> Codes() =>
        [
            .. RepositoryTree
                .Files("src/Longhaul.Core", "Errors*.cs")
                .SelectMany(path => Factory().Matches(RepositoryTree.Read(path)))
                .Select(match => match.Groups["code"].Value),
        ];

    private static IReadOnlyList<string> CheckCodes() =>
        [
            .. Constant()
                .Matches(RepositoryTree.Read("src/Longhaul.Core/Mapping/MappingCodes.cs"))
                .Select(match => match.Groups["code"].Value),
        ];

    private static HashSet<string> Explained() =>
        RepositoryTree
            .Lines(Table)
            .Select(line => Row().Match(line.Text))
            .Where(match => match.Success)
            .Select(match => match.Groups["code"].Value)
            .ToHashSet();

    [GeneratedRegex("""new\(\s*"(?<code>[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)",""")]
    private static partial Regex Factory();

    [GeneratedRegex("""const string \w+ = "(?<code>[a-z.-]+)";""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^\| `(?<code>[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)` \|")]
    private static partial Regex Row();
}
