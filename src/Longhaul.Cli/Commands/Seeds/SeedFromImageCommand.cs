using System.CommandLine;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Commands.Machines;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Jobs.Seeding;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Seeds;

/// <summary><c>seed from-image --machine M --disk [ID=]PATH … --repository R --job JOB [--time TIME]</c></summary>
internal sealed class SeedFromImageCommand : CliCommand
{
    private readonly Option<string?> _machine = CliOptions.Text(
        "--machine",
        "NAME",
        "The machine whose disks the images are: one of the job's"
    );
    private readonly Option<string[]> _disks = CliOptions.List(
        "--disk",
        "[ID=]PATH",
        "An image of a disk: a raw file, a block device, or a qcow2, vmdk, vhd, vhdx or vdi image; without ID the machine's disks in "
            + "order"
    );
    private readonly Option<string?> _repository = CliOptions.Text(
        "--repository",
        "NAME",
        "The job's target repository; this has to run where it is near"
    );
    private readonly Option<string?> _job = CliOptions.Text(
        "--job",
        "NAME",
        "The job that is to be mapped to the seed"
    );
    private readonly Option<DateTimeOffset?> _time = CliOptions.Value<DateTimeOffset>(
        "--time",
        "TIME",
        "Of when the images are; default: when they were written last",
        InstantValue.TryParse
    );

    /// <summary>Makes the command.</summary>
    public SeedFromImageCommand()
        : base(
            "from-image",
            "Makes a seed out of old disk images; an interrupted call goes on where it was",
            "longhaul seed from-image --machine db01 --disk /mnt/old/db01.qcow2 --repository offsite --job offsite",
            "longhaul seed from-image --machine web --disk root=/mnt/old/web.vmdk --disk data=/dev/sdc --repository offsite "
                + "--job offsite --time 2026-10-01"
        )
    {
        foreach (var option in new Option[] { _machine, _disks, _repository, _job })
        {
            option.Required = true;
            Add(option);
        }

        _disks.DefaultValueFactory = null;
        Add(_time);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job)!, cancellationToken);
        RepositoryEntry repository;
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            repository = await NameResolver.RepositoryAsync(view, context.Value(_repository)!, cancellationToken);
        }

        if (repository.Id != job.Repository)
        {
            throw Errors.UsageInvalid(
                $"job '{job.Name}' does not write to repository '{repository.Name}'",
                "A seed must lie in the job's target repository: name that one."
            );
        }

        var workplace = context.Workplace();
        var disks = DiskArguments.Parse(context.Value(_disks)!);
        var plan = await new ImageSeedPlanner(workplace).PlanAsync(
            new ImageSeedRequest(job, context.Value(_machine)!, disks, context.Value(_time)),
            cancellationToken
        );
        Announce(context, plan, repository.Name);
        ImageSeed seed;
        await using (var display = ProgressDisplay.Start(context))
        {
            seed = await new ImageSeeding(workplace).MakeAsync(
                plan,
                new ProgressFeed(display, context.TimeProvider),
                cancellationToken
            );
        }

        Print(context, plan, repository.Name, seed);
        return ExitCodes.Done;
    }

    private static void Announce(CommandContext context, ImageSeedPlan plan, string repository)
    {
        context.Say(
            $"A backup of machine '{plan.Machine.Name}' is made in '{repository}', with one full of "
                + $"{SizeValue.Format(plan.Bytes)}, dated {InstantValue.FormatShort(plan.CreatedAt)}"
                + (plan.Job.Encrypt ? ", encrypted." : ".")
        );
        if (plan.NewestSource <= plan.CreatedAt)
        {
            context.Warn(
                $"the newest restore point to copy is of {InstantValue.FormatShort(plan.NewestSource.Value)}, not after the seed: "
                    + "the job waits for a newer one. Are the images older than they were written, say so with --time"
            );
        }

        if (plan.MissingDisks.Count > 0)
        {
            context.Warn(
                $"no image of disk {string.Join(", ", plan.MissingDisks)} is given: the first run sends all of it"
            );
        }
    }

    private static void Print(CommandContext context, ImageSeedPlan plan, string repository, ImageSeed seed)
    {
        var next =
            plan.Job.Backup == seed.BackupId
                ? $"longhaul job run {plan.Job.Name}"
                : $"longhaul job map {plan.Job.Name} {repository}/{seed.Backup}";
        var document = new ImageSeedDocument(
            seed.Backup,
            seed.BackupId.ToString(),
            repository,
            plan.Job.Name,
            plan.Job.Id.ToString(),
            plan.Machine.Name,
            plan.Machine.Id.ToString(),
            seed.Point.Id.ToString(),
            seed.Point.CreatedAt,
            plan.Bytes,
            plan.BlockSize,
            plan.Job.Encrypt,
            seed.BytesRead,
            seed.BytesWritten,
            seed.IsResumed,
            seed.WasThere,
            next
        );
        context.Print(
            document,
            EngineJson.Context.ImageSeedDocument,
            () =>
                new Text(
                    (
                        seed.WasThere
                            ? $"Backup '{seed.Backup}' was made of these images before: nothing to do.\n"
                            : $"Backup '{seed.Backup}' is made: {SizeValue.Format(seed.BytesRead)} read, "
                                + $"{SizeValue.Format(seed.BytesWritten)} written.\n"
                    ) + $"Next: {next}\n"
                )
        );
    }
}
