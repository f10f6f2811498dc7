using System.Globalization;
using Longhaul.Core;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Commands.Machines;

/// <summary>Understands <c>[ID=]PATH</c>: the disks of a machine.</summary>
internal static class DiskArguments
{
    /// <summary>Turns the values of --disk into disks.</summary>
    /// <param name="values">At least one; those without an identity are <c>disk0</c>, <c>disk1</c> … by their place.</param>
    /// <returns>In the order given, with absolute paths.</returns>
    /// <exception cref="LonghaulException">usage.invalid: an empty path, or an identity that stands twice.</exception>
    public static IReadOnlyList<MachineDisk> Parse(IReadOnlyList<string> values)
    {
        var disks = values.Select(Parse).ToList();
        var twice = disks.GroupBy(disk => disk.Id).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? disks
            : throw Errors.UsageInvalid(
                $"disk '{twice.Key}' is given twice",
                "Give each disk an ID of its own: ID=PATH."
            );
    }

    private static MachineDisk Parse(string value, int place)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        var hasId = equals > 0 && value[..equals].All(IsIdCharacter);
        var path = hasId ? value[(equals + 1)..] : value;
        return path.Length == 0
            ? throw Errors.UsageInvalid($"'{value}' names no path", "Write --disk ID=PATH, or --disk PATH.")
            : new MachineDisk(
                hasId ? value[..equals] : string.Create(CultureInfo.InvariantCulture, $"disk{place}"),
                Path.GetFullPath(path)
            );
    }

    private static bool IsIdCharacter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
