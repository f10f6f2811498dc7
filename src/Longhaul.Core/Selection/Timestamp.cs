using System.Globalization;

namespace Longhaul.Core.Selection;

/// <summary>Instants as messages show them.</summary>
internal static class Timestamp
{
    /// <summary>ISO 8601, UTC; milliseconds only where there are any.</summary>
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
