using System.Text.Json;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>Refuses an image that would not be read as what was once written to it.</summary>
/// <remarks>
/// <para>QEMU opens a truncated image of most formats and reads zeros where the file ends. So every file of the backing
/// chain is compared with its own tables, and <c>qemu-img check</c> says whether the tables are sound.</para>
/// <para>A format is never guessed: what an overlay does not say of its backing file is refused, for a guest could have
/// written the beginning of an image, naming any file of this host, onto its raw disk.</para>
/// </remarks>
/// <param name="machine">The machine's name, for errors.</param>
/// <param name="disk">The disk's identity, for errors.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class ImageInspection(string machine, string disk)
{
    private const int CheckNotSupported = 63;
    private const int CheckLeaksOnly = 3;

    /// <summary>A process that a signal ended has this code, and the signal's number more.</summary>
    private const int Killed = 128;

    /// <summary>Inspects an image and what it is based on.</summary>
    /// <param name="path">Absolute path of the image.</param>
    /// <param name="format">Its format in QEMU's words.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">disk.format-unsupported, disk.image-unreadable, disk.image-damaged,
    /// tool.missing.</exception>
    internal async Task RunAsync(string path, string format, CancellationToken cancellationToken)
    {
        using var chain = await DescribeAsync(path, format, cancellationToken).ConfigureAwait(false);
        foreach (var layer in chain.RootElement.EnumerateArray())
        {
            await InspectAsync(path, layer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the size of the disk in an image, without inspecting it.</summary>
    /// <param name="path">Absolute path of the image.</param>
    /// <param name="format">Its format in QEMU's words.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="LonghaulException">disk.image-unreadable, tool.missing.</exception>
    internal async Task<long> SizeAsync(string path, string format, CancellationToken cancellationToken)
    {
        using var chain = await DescribeAsync(path, format, cancellationToken).ConfigureAwait(false);
        return chain.RootElement[0].GetProperty("virtual-size").GetInt64();
    }

    /// <summary>What QEMU says of an image and of each that it is based on, the image first.</summary>
    private async Task<JsonDocument> DescribeAsync(string path, string format, CancellationToken cancellationToken)
    {
        var (exitCode, output, reason) = await QemuTool
            .RunImgAsync(["info", "--backing-chain", "--output=json", "-f", format, path], cancellationToken)
            .ConfigureAwait(false);
        return exitCode == 0
            ? JsonDocument.Parse(output)
            : throw Errors.DiskImageUnreadable(machine, disk, path, reason);
    }

    private async Task InspectAsync(string path, JsonElement layer, CancellationToken cancellationToken)
    {
        var file = Text(layer, "filename") ?? "";
        var format = Text(layer, "format") ?? "";
        if (!Path.IsPathRooted(file))
        {
            throw Errors.DiskImageUnreadable(machine, disk, path, $"'{file}', which it is based on, is no local file");
        }

        if (Text(layer, "backing-filename") is { } backing && Text(layer, "backing-filename-format") is null)
        {
            throw Errors.DiskImageUnreadable(
                machine,
                disk,
                path,
                $"{file} does not say what format its backing file {backing} has; say it with 'qemu-img rebase -u -b … -F …'"
            );
        }

        if (
            await Task.Run(() => CheckLength(path, file, format), cancellationToken).ConfigureAwait(false) is
            { } problem
        )
        {
            throw Errors.DiskImageDamaged(machine, disk, path, problem);
        }

        if (format != "raw")
        {
            await CheckTablesAsync(path, file, format, cancellationToken).ConfigureAwait(false);
        }
    }

    private string? CheckLength(string path, string file, string format)
    {
        try
        {
            using var opened = ImageFile.Open(file);
            return format switch
            {
                "raw" => null,
                "qcow2" => Qcow2Length.Check(opened),
                "vmdk" => VmdkLength.Check(opened),
                "vdi" => VdiLength.Check(opened),

                // QEMU compares their tables with the length itself, but after rounding it up to sectors.
                "vpc" or "vhdx" => opened.Length % 512 == 0 ? null : opened.Short((ulong)opened.Length / 512 * 512),
                _ => throw Errors.DiskFormatUnsupported(machine, disk, path, format),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.DiskImageUnreadable(machine, disk, path, error.Message);
        }
        catch (NotSupportedException error)
        {
            throw Errors.DiskFormatUnsupported(machine, disk, path, error.Message);
        }
        catch (OverflowException)
        {
            return "its tables point beyond any file";
        }
    }

    private async Task CheckTablesAsync(string path, string file, string format, CancellationToken cancellationToken)
    {
        var (exitCode, _, reason) = await QemuTool
            .RunImgAsync(["check", "-f", format, file], cancellationToken)
            .ConfigureAwait(false);
        if (exitCode >= Killed)
        {
            throw Errors.DiskImageUnreadable(machine, disk, path, $"qemu-img check was ended with code {exitCode}");
        }

        if (exitCode is not (0 or CheckLeaksOnly or CheckNotSupported))
        {
            throw Errors.DiskImageDamaged(machine, disk, path, $"qemu-img check: {reason}");
        }
    }

    private static string? Text(JsonElement layer, string name) =>
        layer.TryGetProperty(name, out var value) ? value.GetString() : null;
}
