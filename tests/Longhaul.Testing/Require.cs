using System.Runtime.InteropServices;
using Xunit;

namespace Longhaul.Testing;

/// <summary>Says what a test needs from outside: skipped where it is missing, failed where it must not be.</summary>
/// <remarks>The environment's <c>LONGHAUL_REQUIRE</c> names, separated by commas, what must be there; <c>all</c> means
/// everything.</remarks>
public static class Require
{
    /// <summary>Skips or fails the test unless a condition holds.</summary>
    /// <param name="name">What <c>LONGHAUL_REQUIRE</c> calls it.</param>
    /// <param name="isThere">The condition.</param>
    public static void That(string name, bool isThere)
    {
        if (isThere)
        {
            return;
        }

        var required = (Environment.GetEnvironmentVariable("LONGHAUL_REQUIRE") ?? "").Split(
            ',',
            StringSplitOptions.TrimEntries
        );
        if (required.Contains("all") || required.Contains(name))
        {
            Assert.Fail($"'{name}' is not there, and LONGHAUL_REQUIRE wants it.");
        }

        Assert.Skip($"'{name}' is not there.");
    }

    /// <summary>Needs a program on the path or among the system's.</summary>
    /// <param name="name">The program's file name.</param>
    /// <returns>Its path.</returns>
    public static string Tool(string name)
    {
        var folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        var path = folders.Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        That(name, path is not null);
        return path!;
    }

    /// <summary>Needs the rights of the superuser.</summary>
    public static void Root() => That("root", GetEffectiveUser() == 0);

    /// <summary>Needs the superuser and loop devices.</summary>
    public static void Loop() => That("loop", GetEffectiveUser() == 0 && File.Exists("/dev/loop-control"));

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint GetEffectiveUser();
}
