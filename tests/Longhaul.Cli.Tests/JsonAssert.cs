using System.Text.Json;
using Xunit;

namespace Longhaul.Cli.Tests;

/// <summary>Short ways to look into documents.</summary>
internal static class JsonAssert
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static long Number(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static bool Flag(this JsonElement element, string name) => element.GetProperty(name).GetBoolean();

    public static IReadOnlyList<string> Names(this JsonElement list) =>
        [.. list.EnumerateArray().Select(element => element.Text("name")!)];

    /// <summary>An object of a list is the object that show gives, without its nested lists.</summary>
    public static void IsShortFormOf(JsonElement listed, JsonElement shown)
    {
        var expected = shown
            .EnumerateObject()
            .Where(property => property.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            .Select(property => property.Name);
        Assert.Equal(expected, listed.EnumerateObject().Select(property => property.Name));
        Assert.Equal(shown.Text("id"), listed.Text("id"));
        Assert.Equal(shown.Text("name"), listed.Text("name"));
    }
}
