using Xunit;

namespace Longhaul.Architecture.Tests;

/// <summary>What a rule was broken by; printed whole, where a collection assertion shows five items.</summary>
internal static class Findings
{
    /// <summary>Fails the test when anything was found.</summary>
    /// <param name="found">One item a line.</param>
    public static void None(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
