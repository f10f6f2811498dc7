namespace Longhaul.Fuzz;

/// <summary>A target as the table has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fuzz">Reads an input.</param>
/// <param name="Allowance">Bytes that may be allocated for an input of a length.</param>
internal sealed record FuzzTarget(string Name, Action<ReadOnlySpan<byte>> Fuzz, Func<int, long> Allowance)
{
    /// <summary>The target of a type.</summary>
    internal static FuzzTarget Of<T>()
        where T : IFuzzTarget => new(T.Name, T.Fuzz, T.Allowance);

    /// <summary>Runs the target and measures what it allocates.</summary>
    /// <param name="input">The input.</param>
    /// <exception cref="FuzzFailureException">More was allocated than the input justifies.</exception>
    internal void Run(ReadOnlySpan<byte> input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fuzz(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Expect.That(allocated <= Allowance(input.Length), $"{input.Length} bytes made it allocate {allocated}");
    }
}
