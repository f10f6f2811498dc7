using System.Text.RegularExpressions;

namespace Longhaul.Architecture.Tests.Layers;

/// <summary>The layer table of docs/architecture.md: the document is what the tests hold the code to.</summary>
internal static partial class LayerTable
{
    /// <summary>The table's lines by project, in its order.</summary>
    public static IReadOnlyDictionary<string, Layer> Layers { get; } = Read();

    /// <summary>What a project may use of ours.</summary>
    /// <param name="Row">0 at the bottom; a project uses projects of lower rows only.</param>
    /// <param name="MayUse">Whole project names.</param>
    internal sealed record Layer(int Row, IReadOnlyList<string> MayUse);

    private static Dictionary<string, Layer> Read() =>
        TableLine()
            .Matches(RepositoryTree.Read("docs/architecture.md"))
            .ToDictionary(
                line => "Longhaul." + line.Groups["project"].Value,
                line => new Layer(
                    int.Parse(line.Groups["row"].Value, System.Globalization.CultureInfo.InvariantCulture),
                    [.. Name().Matches(line.Groups["uses"].Value).Select(name => "Longhaul." + name.Value)]
                )
            );

    [GeneratedRegex(@"^\| (?<row>\d) \| `(?<project>[A-Za-z.]+)` \| (?<uses>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [GeneratedRegex(@"[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)*")]
    private static partial Regex Name();
}
