using System.Globalization;

namespace Longhaul.Storage.Leases;

/// <summary>Tells one process of this host from every other, also a later one of the same number.</summary>
/// <param name="Id">The process number.</param>
/// <param name="Start">When it was started, in clock ticks since boot.</param>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct HostProcess(int Id, long Start)
{
    /// <summary>A start that this user may not know.</summary>
    public const long Unknown = -1;

    /// <summary>This process.</summary>
    public static HostProcess Current =>
        Find(Environment.ProcessId) ?? throw new InvalidOperationException("/proc does not list this process.");

    /// <summary>Finds a process that lives.</summary>
    /// <param name="id">The process number.</param>
    /// <returns>Null when there is none, or only what is left of one that ended.</returns>
    /// <remarks>Source: proc(5), <c>/proc/PID/stat</c>: state is field 3, start time field 22; the name in field 2 may
    /// hold anything, so counting begins behind its last parenthesis.</remarks>
    public static HostProcess? Find(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's, under hidepid: it is there, and no more can be told.
            return new HostProcess(id, Unknown);
        }
        catch (IOException)
        {
            // No such file, or the process ended while it was read.
            return null;
        }

        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" or "x"
            ? null
            : new HostProcess(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
    }
}
