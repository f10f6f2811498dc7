using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Jobs.Backups;

namespace Longhaul.Fuzz.Targets;

/// <summary>A job out of a backup's log: read, looked at, and written again.</summary>
internal sealed class JobTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "job";

    /// <summary>A time zone is read from the system's files.</summary>
    public static long Allowance(int length) => (8 << 20) + (512L * length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (JobDocument.TryRead(input) is not { } document)
        {
            return;
        }

        Look(document.Job);
        Expect.That(
            document.Machines.All(machine =>
                machine.Name is not null && machine.Disks.All(disk => disk.Id is not null && disk.Path is not null)
            ),
            "a disk is of no machine"
        );
        var written = document.ToBytes();
        Expect.That(
            JobDocument.TryRead(written)?.ToBytes().AsSpan().SequenceEqual(written) ?? false,
            "written again it is another job"
        );
    }

    /// <summary>What everybody does with a job.</summary>
    internal static void Look(JobDefinition job)
    {
        _ = job.OriginOf(anyManagedSource: false);
        _ = RetentionPolicy.TryOf(job)?.Describe();
        Expect.That(job.Name is not null, "it has no name");
        Expect.That(
            job.Sources.All(source => source.Name is not null && source.Id is not null) && job.Pairs.All(_ => true),
            "a source is none"
        );
    }
}
