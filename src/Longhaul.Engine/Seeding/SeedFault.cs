using Longhaul.Core;

namespace Longhaul.Engine.Seeding;

/// <summary>A file of a carried seed that did not arrive as it was sent.</summary>
/// <param name="File">Its name, from the backup folder down.</param>
/// <param name="Part">The part it travels in, from 1; null for the list itself.</param>
/// <param name="Path">Where it lies, or is to lie; its name alone when that is not known.</param>
/// <param name="IsMissing">Whether it is not there; else it is damaged.</param>
/// <param name="What">What is wrong, as a short clause.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedFault(string File, int? Part, string Path, bool IsMissing, string What)
{
    /// <summary>Whether an error says that a file cannot be read as it was written: also a disk that gives it no more.</summary>
    internal static bool IsOne(LonghaulException error) =>
        error.IsAboutData || error.Code is "format.unsupported" or "store.io";

    /// <summary>Says what is wrong.</summary>
    internal static string Describe(LonghaulException error) =>
        error.Code == "data.missing"
            ? "it is missing"
            : error.Details.GetValueOrDefault("what") as string ?? error.Message;
}
