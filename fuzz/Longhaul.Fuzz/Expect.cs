using System.Diagnostics.CodeAnalysis;
using Longhaul.Core;

namespace Longhaul.Fuzz;

/// <summary>What targets expect of readers.</summary>
internal static class Expect
{
    /// <summary>The codes that a reader of a backup's files refuses with.</summary>
    internal static string[] Damage { get; } = ["data.damaged", "format.unsupported"];

    /// <summary>Refuses a property that does not hold.</summary>
    internal static void That([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzFailureException(what);
        }
    }

    /// <summary>Reads what may be refused.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="codes">The codes that it may be refused with.</param>
    /// <returns>Null when it was refused.</returns>
    internal static T? Refusable<T>(Func<T> read, params string[] codes)
        where T : class
    {
        try
        {
            return read();
        }
        catch (LonghaulException error) when (codes.Contains(error.Code))
        {
            return null;
        }
    }

    /// <summary>What a call over a file in memory gives: it has ended when it returns.</summary>
    internal static T Now<T>(ValueTask<T> call)
    {
        That(call.IsCompleted, "a read of memory did not end at once");
#pragma warning disable VSTHRD002 // it has ended
        return call.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
