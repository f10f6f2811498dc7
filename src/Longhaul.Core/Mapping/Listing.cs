namespace Longhaul.Core.Mapping;

/// <summary>Names in a sentence.</summary>
internal static class Listing
{
    private const int Shown = 5;

    /// <summary>Up to five names with commas, then how many more there are.</summary>
    internal static string Of(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(Shown));
        return all.Count > Shown ? $"{shown} and {all.Count - Shown} more" : shown;
    }
}
