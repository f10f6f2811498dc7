using System.Text.Json;
using Longhaul.Cli.Commands.Backups;

namespace Longhaul.Fuzz.Targets;

/// <summary>A statement of <c>backup compare</c> that somebody may have changed: read, looked at, and written again.</summary>
internal sealed class StatementTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "statement";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Expect.Refusable(() => StatementFile.Decode("fuzz", bytes), "statement.invalid") is not { } statement)
        {
            return;
        }

        foreach (var pair in statement.Points)
        {
            _ = Expect.Refusable(
                () => (object)(StatementFile.Decode("fuzz", pair.A), StatementFile.Decode("fuzz", pair.B)),
                "statement.invalid"
            );
        }

        Expect.That(
            statement.OnlyInA.Concat(statement.OnlyInB).All(single => single is not null),
            "a point of one side is none"
        );
        var written = JsonSerializer.SerializeToUtf8Bytes(statement, StatementFile.Json);
        Expect.That(
            JsonSerializer
                .SerializeToUtf8Bytes(StatementFile.Decode("fuzz", written), StatementFile.Json)
                .AsSpan()
                .SequenceEqual(written),
            "written again it is another statement"
        );
    }
}
