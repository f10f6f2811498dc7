using System.Text.Json;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>Reads and demands fields of the program's documents.</summary>
internal static class JsonShape
{
    /// <summary>Demands that an object has fields; others may stand beside them.</summary>
    /// <param name="element">The object.</param>
    /// <param name="names">The names, separated by blanks.</param>
    public static void Has(this JsonElement element, string names)
    {
        Assert.Equal(JsonValueKind.Object, element.ValueKind);
        var there = element.EnumerateObject().Select(property => property.Name).ToHashSet();

        Assert.Empty(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(there));
    }

    /// <summary>A text field.</summary>
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>A number field.</summary>
    public static long Number(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    /// <summary>A field that is true or false.</summary>
    public static bool IsTrue(this JsonElement element, string name) => element.GetProperty(name).GetBoolean();

    /// <summary>The items of a list field.</summary>
    public static IReadOnlyList<JsonElement> List(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray()];

    /// <summary>The one item of a list field.</summary>
    public static JsonElement Only(this JsonElement element, string name) => Assert.Single(element.List(name));
}
