namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Finds ids by their beginning through an index: everything from the prefix up to its end.</summary>
internal static class PrefixRange
{
    /// <summary>A text above every id that begins with the prefix, and below every other id above it.</summary>
    /// <param name="prefix">Lower-case hex digits.</param>
    public static string End(string prefix) => prefix + "g";
}
