using System.Text.Json;
using Longhaul.Core;
using Longhaul.Storage.Points;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Restoring;

/// <summary>The file beside restored disks that says what machine they are of.</summary>
internal static class MachineDescription
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true };

    /// <summary>Writes <c>machine.json</c> and the configuration files the point carries.</summary>
    /// <param name="view">The point.</param>
    /// <param name="files">Its restored disks.</param>
    /// <param name="path">Where to write; replaced.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store.no-space, store.access-denied, store.io.</exception>
    internal static async Task WriteAsync(
        PointView view,
        IReadOnlyList<RestoredFile> files,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await WriteFileAsync(view, files, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }

    private static async Task WriteFileAsync(
        PointView view,
        IReadOnlyList<RestoredFile> files,
        string path,
        CancellationToken cancellationToken
    )
    {
        var stream = File.Create(path);
        await using var owned = stream.ConfigureAwait(false);
        var json = new Utf8JsonWriter(stream, s_indented);
        await using var ownedJson = json.ConfigureAwait(false);
        json.WriteStartObject();
        json.WriteString("machine", view.Header.MachineName);
        json.WriteString("machineId", view.Point.MachineId.ToString());
        json.WriteString("point", view.Point.Id.ToString());
        json.WriteString("created", view.Point.CreatedAt.UtcDateTime);
        json.WriteString("digest", view.Point.Root.ToString());
        json.WriteStartArray("disks");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("disk", file.Disk);
            json.WriteString("file", Path.GetFileName(file.Path));
            json.WriteNumber("sizeBytes", file.SizeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        foreach (var part in view.Header.Configuration)
        {
            json.WriteString(part.Name, part.Content.ToStringUtf8());
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
