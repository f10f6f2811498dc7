using System.Globalization;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Says in one line how far a disk has come.</summary>
internal static class ProgressText
{
    /// <summary>Name of what a report is about: <c>db01</c>, or <c>db01/disk0</c>.</summary>
    /// <param name="progress">The report.</param>
    public static string Name(RunProgress progress) =>
        progress.Disk is null ? progress.Machine : $"{progress.Machine}/{progress.Disk}";

    /// <summary>Part that is done, 0 to 1; null while the whole is unknown.</summary>
    /// <param name="progress">The report.</param>
    public static double? Share(RunProgress progress) =>
        progress.BytesTotal switch
        {
            null => null,
            0 => 1,
            var total => Math.Clamp((double)progress.BytesDone / total.Value, 0, 1),
        };

    /// <summary>The numbers: percent, bytes, bytes transferred, rate, time left; what is unknown is left out.</summary>
    /// <param name="progress">The report.</param>
    public static string Numbers(RunProgress progress)
    {
        var parts = new List<string>();
        if (Share(progress) is { } share)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100), 3}%"));
        }

        var done = SizeValue.Format(progress.BytesDone);
        parts.Add(progress.BytesTotal is { } total ? $"{done} of {SizeValue.Format(total)}" : done);
        if (progress.BytesTransferred is { } transferred)
        {
            parts.Add($"transferred {SizeValue.Format(transferred)}");
        }

        if (progress.Rate is { } rate && double.IsFinite(rate) && rate >= 0)
        {
            parts.Add(RateValue.Format((long)Math.Min(rate, 1e18)));
        }

        if (progress.Eta is { } eta && eta >= TimeSpan.Zero)
        {
            parts.Add($"ETA {DurationValue.Format(eta)}");
        }

        return string.Join("  ", parts);
    }
}
