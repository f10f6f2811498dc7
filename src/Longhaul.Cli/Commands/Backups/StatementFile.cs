using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Longhaul.Cli.Output;
using Longhaul.Core;

namespace Longhaul.Cli.Commands.Backups;

/// <summary>A statement of <c>backup compare</c>, kept as a file.</summary>
internal static class StatementFile
{
    /// <summary>How a statement is written: people's names are not escaped beyond what JSON asks for.</summary>
    public static JsonTypeInfo<ComparisonDocument> Json { get; } =
        new StatementJsonContext(
            new JsonSerializerOptions(StatementJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        ).ComparisonDocument;

    /// <summary>Writes a statement.</summary>
    /// <param name="path">Where to; what is there is replaced.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">file.unreadable.</exception>
    public static async Task WriteAsync(string path, ComparisonDocument statement, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllBytesAsync(
                path,
                JsonSerializer.SerializeToUtf8Bytes(statement, Json),
                cancellationToken
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(path, error);
        }
    }

    /// <summary>Reads a statement that somebody may have changed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">file.unreadable, statement.invalid.</exception>
    public static async Task<ComparisonDocument> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Decode(path, await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(path, error);
        }
    }

    /// <summary>Decodes a statement that somebody may have changed.</summary>
    /// <param name="path">Its file, for the error.</param>
    /// <param name="utf8">All of the file.</param>
    /// <exception cref="LonghaulException">statement.invalid.</exception>
    public static ComparisonDocument Decode(string path, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var statement =
                JsonSerializer.Deserialize(utf8, Json) ?? throw Errors.StatementInvalid(path, "it is empty");
            return statement switch
            {
                { Version: not ComparisonDocument.CurrentVersion } => throw Errors.StatementInvalid(
                    path,
                    $"its version is {statement.Version}, and {ComparisonDocument.CurrentVersion} is understood"
                ),
                _ when statement.Points.Any(pair => pair is null)
                        || statement.OnlyInA.Concat(statement.OnlyInB).Any(single => single is null) =>
                    throw Errors.StatementInvalid(path, "a restore point is null"),
                _ => statement,
            };
        }
        catch (JsonException error)
        {
            throw Errors.StatementInvalid(path, error.Message, error);
        }
    }

    /// <summary>The point and the root that a statement names.</summary>
    /// <param name="path">The statement's file, for the error.</param>
    /// <param name="proof">What it says of a point.</param>
    /// <exception cref="LonghaulException">statement.invalid.</exception>
    public static (PointId Point, Digest Root) Decode(string path, ComparisonDocument.Proof proof)
    {
        return PointId.TryParse(proof.Id, out var point) && Digest.TryParse(proof.Root, out var root)
            ? (point, root)
            : throw Errors.StatementInvalid(path, $"'{proof.Id}' with root '{proof.Root}' is no restore point");
    }
}
