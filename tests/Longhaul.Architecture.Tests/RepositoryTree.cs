using System.Runtime.CompilerServices;

namespace Longhaul.Architecture.Tests;

/// <summary>The files of this checkout, without what is built.</summary>
internal static class RepositoryTree
{
    private static readonly string[] s_skipped = ["artifacts", "bin", "obj", ".git", "TestResults"];
    private static readonly string[] s_generated = ["Migrations", "Generated"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files under one folder of the checkout.</summary>
    /// <param name="folder">Relative to the root; "." for all of it.</param>
    /// <param name="pattern">A file name with wildcards.</param>
    /// <returns>Paths relative to the root, with slashes, in ordinal order; none when there is no such folder.</returns>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var start = new DirectoryInfo(Path.Combine(Root, folder));
        return start.Exists ? [.. Walk(start, pattern).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>C# files that people write: no generated migration or model.</summary>
    /// <param name="folder">As for <see cref="Files"/>.</param>
    public static IReadOnlyList<string> Code(string folder) =>
        [.. Files(folder, "*.cs").Where(path => !path.Split('/').Intersect(s_generated).Any())];

    /// <summary>The text of a file.</summary>
    /// <param name="path">Relative to the root.</param>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Every line of a file with its number, from 1.</summary>
    /// <param name="path">Relative to the root.</param>
    public static IEnumerable<(int Number, string Text)> Lines(string path) =>
        File.ReadLines(Path.Combine(Root, path)).Select((text, index) => (index + 1, text));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern))
        {
            yield return Path.GetRelativePath(Root, file.FullName);
        }

        foreach (var inner in folder.EnumerateDirectories().Where(inner => !s_skipped.Contains(inner.Name)))
        {
            foreach (var path in Walk(inner, pattern))
            {
                yield return path;
            }
        }
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
