using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Longhaul.Architecture.Tests.Layers;

/// <summary>What one project of src says it uses, and what its assembly really uses.</summary>
internal static class CompiledProject
{
    /// <summary>The assemblies a project's own assembly refers to.</summary>
    /// <param name="project">The project's name.</param>
    public static IReadOnlyList<string> Assemblies(string project)
    {
        using var file = Open(project);
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences.Select(handle =>
                metadata.GetString(metadata.GetAssemblyReference(handle).Name)
            ),
        ];
    }

    /// <summary>The types outside a project that its assembly refers to, with their namespaces.</summary>
    /// <param name="project">The project's name.</param>
    public static IReadOnlyList<string> Types(string project)
    {
        using var file = Open(project);
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }

    /// <summary>The projects that a project's file names.</summary>
    /// <param name="project">The project's name.</param>
    public static IReadOnlyList<string> References(string project) =>
        [
            .. XDocument
                .Parse(RepositoryTree.Read($"src/{project}/{project}.csproj"))
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
        ];

    private static PEReader Open(string project)
    {
        var name = project == "Longhaul.Cli" ? "longhaul" : project;
        return new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
    }
}
