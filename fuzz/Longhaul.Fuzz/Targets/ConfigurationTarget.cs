using Longhaul.Catalog;

namespace Longhaul.Fuzz.Targets;

/// <summary>A configuration to import: read, looked at, and written again.</summary>
internal sealed class ConfigurationTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "configuration";

    /// <inheritdoc/>
    public static long Allowance(int length) => (8 << 20) + (512L * length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Expect.Refusable(() => ConfigurationJson.Decode("fuzz", bytes), "config.invalid") is not { } found)
        {
            return;
        }

        foreach (var job in found.Jobs)
        {
            JobTarget.Look(job);
        }

        Expect.That(
            found.Repositories.All(entry => entry.Location is not null && entry.Traits is not { Capabilities: null }),
            "a repository lies nowhere"
        );
        var written = ConfigurationJson.Encode(found);
        Expect.That(
            ConfigurationJson.Encode(ConfigurationJson.Decode("fuzz", written)).AsSpan().SequenceEqual(written),
            "written again it is another configuration"
        );
    }
}
