using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>Reads verdict documents and sessions.</summary>
internal static class VerdictReading
{
    /// <summary>The check of a code; each stands there once.</summary>
    public static JsonElement Check(this JsonElement verdict, string code) =>
        Assert.Single(verdict.List("checks"), check => check.Text("code") == code);

    /// <summary>What a document says of a machine.</summary>
    public static JsonElement Machine(this JsonElement document, string name) =>
        Assert.Single(document.List("machines"), machine => machine.Text("machine") == name);

    /// <summary>The ids of a list's items.</summary>
    public static IReadOnlyList<string?> Ids(this IEnumerable<JsonElement> items) =>
        [.. items.Select(item => item.Text("id"))];
}
