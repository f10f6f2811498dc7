using Longhaul.Cli.Hosting;

namespace Longhaul.Fuzz.Targets;

/// <summary>A file with a password.</summary>
internal sealed class PasswordTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "password";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var path = SharedFile.Write(input);
        _ = Expect.Refusable(() => PasswordFiles.Read(path), "usage.invalid");
    }
}
