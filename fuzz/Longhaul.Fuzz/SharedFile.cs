namespace Longhaul.Fuzz;

/// <summary>One file in memory-backed storage for readers that take a path; written anew for each input.</summary>
/// <remarks>One for each process and thread, in <c>/dev/shm</c> where there is one.</remarks>
internal static class SharedFile
{
    [ThreadStatic]
    private static string? s_path;

    /// <summary>Writes an input.</summary>
    /// <returns>Its path.</returns>
    internal static string Write(ReadOnlySpan<byte> input)
    {
        s_path ??= Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
            $"longhaul-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"
        );
        File.WriteAllBytes(s_path, input);
        return s_path;
    }

    /// <summary>Deletes this thread's file.</summary>
    internal static void Delete()
    {
        if (s_path is not null)
        {
            File.Delete(s_path);
        }
    }
}
