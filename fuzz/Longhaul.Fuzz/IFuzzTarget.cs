namespace Longhaul.Fuzz;

/// <summary>One reader of bytes that others wrote, and what must hold whatever they are.</summary>
/// <remarks>A target is runnable from a file, a folder, stdin, a test and afl++: see <see cref="FuzzTargets"/>.</remarks>
internal interface IFuzzTarget
{
    /// <summary>Its name, and that of its folder in the corpus.</summary>
    static abstract string Name { get; }

    /// <summary>Reads an input, and reads again what it was encoded as where the codec has both directions.</summary>
    /// <param name="input">Any bytes.</param>
    /// <exception cref="Exception">Any at all: the reader let something through that it does not document, or the target
    /// found that a property does not hold.</exception>
    static abstract void Fuzz(ReadOnlySpan<byte> input);

    /// <summary>Bytes that may be allocated for an input; more is a finding.</summary>
    /// <param name="length">Length of the input.</param>
    /// <remarks>Most readers make one object of some ten bytes for each two bytes of input, a few times over: as given, with
    /// its checksums made right, and again for what was encoded. The million is for what the runtime makes once.</remarks>
    static virtual long Allowance(int length) => (1 << 20) + (512L * length);
}
