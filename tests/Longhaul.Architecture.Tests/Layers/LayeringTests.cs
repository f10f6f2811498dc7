using Xunit;

namespace Longhaul.Architecture.Tests.Layers;

public sealed class LayeringTests
{
    /// <summary>Assemblies from outside that one project alone may know: adapters are leaves.</summary>
    private static readonly Dictionary<string, string[]> s_onlyIn = new()
    {
        ["Microsoft.EntityFrameworkCore"] = ["Longhaul.Catalog.Sqlite"],
        ["Microsoft.Data.Sqlite"] = ["Longhaul.Catalog.Sqlite"],
        ["CliWrap"] = ["Longhaul.Sources"],
        ["ZstdSharp"] = ["Longhaul.Format"],
        ["System.IO.Hashing"] = ["Longhaul.Format"],
        ["Spectre.Console"] = ["Longhaul.Cli"],
        ["System.CommandLine"] = ["Longhaul.Cli"],
        ["System.Console"] = ["Longhaul.Cli"],
        ["Microsoft.AspNetCore"] = ["Longhaul.Mover"],
        ["Grpc"] = ["Longhaul.Mover", "Longhaul.Mover.Protocol"],
        ["Polly"] = ["Longhaul.Mover"],
        ["System.Net"] = ["Longhaul.Mover"],
    };

    /// <summary>Types that a project must not touch, by the beginning of their full names.</summary>
    private static readonly Dictionary<string, string[]> s_mustNotKnow = new()
    {
        ["Longhaul.Core"] =
        [
            "System.IO.",
            "System.Net.",
            "System.Data.",
            "System.Diagnostics.Process",
            "System.Console",
        ],
        ["Longhaul.Format"] = ["System.IO.File", "System.IO.Directory", "System.Net.", "System.Diagnostics.Process"],
        ["Longhaul.Engine"] = ["System.Net.", "System.Data.", "System.Console", "Microsoft.EntityFrameworkCore."],
        ["Longhaul.Jobs"] = ["System.Net.", "System.Console", "Microsoft.EntityFrameworkCore."],
        ["Longhaul.Catalog"] = ["System.Net.", "Microsoft.EntityFrameworkCore."],
        ["Longhaul.Cli"] = ["Microsoft.EntityFrameworkCore.", "Google.Protobuf."],
    };

    /// <summary>What a type of the domain may use of System.IO: it names an error, and touches no file.</summary>
    private static readonly string[] s_harmless = ["System.IO.IOException", "System.IO.InvalidDataException"];

    public static TheoryData<string> Projects => [.. LayerTable.Layers.Keys];

    public static TheoryData<string> Guarded => [.. s_mustNotKnow.Keys];

    [Fact]
    public void Every_source_project_has_a_line_in_the_table() =>
        Assert.Equal(
            RepositoryTree.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension).Order(),
            LayerTable.Layers.Keys.Order()
        );

    [Fact]
    public void No_source_project_is_empty() =>
        Assert.DoesNotContain(LayerTable.Layers.Keys, project => RepositoryTree.Code($"src/{project}").Count == 0);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_line_allows_only_projects_of_lower_rows(string project)
    {
        var layer = LayerTable.Layers[project];

        Assert.DoesNotContain(layer.MayUse, used => LayerTable.Layers[used].Row >= layer.Row);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_its_line_allows(string project)
    {
        var used = CompiledProject
            .Assemblies(project)
            .Where(name => name.StartsWith("Longhaul.", StringComparison.Ordinal))
            .Union(CompiledProject.References(project));

        Findings.None(used.Except(LayerTable.Layers[project].MayUse));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_adapter_alone_knows_its_library(string project)
    {
        var banned = s_onlyIn.Where(rule => !rule.Value.Contains(project)).Select(rule => rule.Key);
        var used = CompiledProject.Assemblies(project);

        Findings.None(banned.Where(name => used.Any(other => other == name || Under(other, name + "."))));
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public void A_project_does_not_know_what_its_layer_must_not_know(string project)
    {
        var banned = s_mustNotKnow[project];
        var used = CompiledProject.Types(project).Except(s_harmless);

        Findings.None(used.Where(type => banned.Any(start => Under(type, start))));
    }

    [Fact]
    public void Only_the_program_puts_adapters_together() =>
        Assert.Equal(
            ["Longhaul.Cli"],
            LayerTable.Layers.Keys.Where(project =>
                CompiledProject.References(project).Contains("Longhaul.Catalog.Sqlite")
            )
        );

    private static bool Under(string name, string start) => name.StartsWith(start, StringComparison.Ordinal);
}
