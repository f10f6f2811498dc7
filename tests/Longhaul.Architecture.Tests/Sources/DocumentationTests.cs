using System.Xml.Linq;
using Xunit;

namespace Longhaul.Architecture.Tests.Sources;

public sealed class DocumentationTests
{
    private static readonly string[] s_tags = ["summary", "param", "typeparam", "returns", "exception", "remarks"];

    public static TheoryData<string> Documents =>
        [
            .. Directory
                .EnumerateFiles(AppContext.BaseDirectory, "*.xml")
                .Where(IsOurs)
                .Select(path => new TheoryDataRow<string>(Path.GetFileName(path))),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_doc_tag_is_empty(string document)
    {
        var empty = XDocument
            .Load(Path.Combine(AppContext.BaseDirectory, document))
            .Descendants("member")
            .Where(member => !IsGenerated(member.Attribute("name")?.Value ?? ""))
            .SelectMany(member =>
                member
                    .Elements()
                    .Where(tag => s_tags.Contains(tag.Name.LocalName))
                    .Where(tag => !tag.HasElements && string.IsNullOrWhiteSpace(tag.Value))
                    .Select(tag => $"{member.Attribute("name")?.Value}: <{tag.Name}>")
            );

        Findings.None(empty);
    }

    [Fact]
    public void Every_source_project_has_its_document_here() =>
        Assert.Superset(
            Layers.LayerTable.Layers.Keys.Where(project => project != "Longhaul.Cli").ToHashSet(),
            Documents.Select(row => Path.GetFileNameWithoutExtension(row.Data)).ToHashSet()
        );

    private static bool IsOurs(string path) =>
        Path.GetFileName(path) is var name
        && (name.StartsWith("Longhaul.", StringComparison.Ordinal) || name == "longhaul.xml");

    /// <summary>The compiler of messages writes its own comments; those of a field without one are empty.</summary>
    private static bool IsGenerated(string member) => member.Contains("Reflection.", StringComparison.Ordinal);
}
