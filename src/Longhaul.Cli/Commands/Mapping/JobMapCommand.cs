using System.CommandLine;
using Longhaul.Cli.Commands.Jobs;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Mapping;

namespace Longhaul.Cli.Commands.Mapping;

/// <summary><c>job map NAME BACKUP [--pair MACHINE=SEEDMACHINE …] [--apply-retention-to-seed] [--dry-run]</c></summary>
internal sealed class JobMapCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };
    private readonly Argument<string> _backup = new("BACKUP") { Description = "The seed: name, REPOSITORY/NAME or id" };
    private readonly Option<string[]> _pair = new("--pair")
    {
        Description = "MACHINE=SEEDMACHINE, by name or id; may be given again",
    };
    private readonly Option<bool> _apply = new("--apply-retention-to-seed")
    {
        Description = "Let the job's retention remove points the seed has; without, they are kept",
    };
    private readonly Option<string?> _seedPassword = new("--seed-password-file")
    {
        Description =
            "A file with the seed's password; with --password-file for the job's own, what is new is under that one",
        HelpName = "FILE",
    };
    private readonly Option<bool> _noRemember = CliOptions.NoRemember();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would happen" };

    /// <summary>Makes the command.</summary>
    public JobMapCommand()
        : base(
            "map",
            "Maps a copy job to a backup that lies in its target repository: from then on only changes are sent",
            "longhaul job map offsite offsite/nightly --dry-run",
            "longhaul job map offsite nightly --pair srv-db=srv-db-old",
            "longhaul job map offsite nightly --password-file offsite.password --seed-password-file nightly.password"
        )
    {
        Add(_job);
        Add(_backup);
        Add(_pair);
        Add(_apply);
        Add(_seedPassword);
        Add(_noRemember);
        Add(_dryRun);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var backup = await SeedResolver.FindAsync(context, job, context.Value(_backup), cancellationToken);
        var options = new MapOptions
        {
            Pairs = await PairsAsync(context, job, backup, context.Value(_pair) ?? [], cancellationToken),
            ApplyRetentionToSeed = context.Value(_apply),
            DryRun = context.Value(_dryRun),
            Remember = !context.Value(_noRemember),
        };
        await WarnOfLeavingAsync(context, job, backup, cancellationToken);
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            await JobProtection.CheckAsync(context, view, job with { Backup = backup.BackupId }, cancellationToken);
        }

        var verdict = await new JobMapper(context.Workplace(context.Value(_seedPassword))).MapAsync(
            job,
            backup,
            options,
            cancellationToken
        );
        if (verdict.Verdict == Verdict.Refused)
        {
            throw Errors.MappingRefused(verdict);
        }

        var document = VerdictDocument.Of(verdict);
        context.Print(document, EngineJson.Context.VerdictDocument, () => VerdictOutput.Show(document));
        context.Say(options.DryRun ? "Nothing was changed." : $"Job '{job.Name}' is mapped to '{backup.Folder}'.");
        return ExitCodes.Done;
    }

    /// <summary>Says beforehand that a job with a backup of its own leaves that one where it is.</summary>
    private static async Task WarnOfLeavingAsync(
        CommandContext context,
        JobDefinition job,
        Catalog.Backups.BackupEntry seed,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var there = await view.Backups.ListAsync(job.Repository, cancellationToken);
        if (there.FirstOrDefault(entry => entry.Owner == job.Id && entry.Folder != seed.Folder) is { } left)
        {
            context.Warn(
                $"mapped, job '{job.Name}' leaves its backup '{left.Folder}' where it is; nobody owns that one then"
            );
        }
    }

    private static async Task<IReadOnlyList<MachinePair>> PairsAsync(
        CommandContext context,
        JobDefinition job,
        Catalog.Backups.BackupEntry backup,
        string[] texts,
        CancellationToken cancellationToken
    )
    {
        if (texts.Length == 0)
        {
            return [];
        }

        using var opened = new OpenBackups(context.Workplace());
        var machines = await new SourceFinder(context.Workplace(), opened).FindAsync(job, cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var chains = await view.Backups.GetChainsAsync(backup.Repository, backup.Folder, cancellationToken);
        var pairs = new List<MachinePair>();
        foreach (var text in texts)
        {
            var parts = text.Split('=');
            var machine =
                parts.Length == 2
                    ? machines.FirstOrDefault(machine => machine.Name == parts[0] || machine.Id.ToString() == parts[0])
                    : null;
            var seed =
                parts.Length == 2
                    ? chains.FirstOrDefault(chain =>
                        chain.Machine == parts[1] || chain.MachineId.ToString() == parts[1]
                    )
                    : null;
            if (machine is null || seed is null)
            {
                throw Errors.UsageInvalid(
                    $"'{text}' names no machine of the job and one of the seed",
                    "Write --pair MACHINE=SEEDMACHINE, each by name or id."
                );
            }

            pairs.Add(new MachinePair(machine.Id, seed.MachineId));
        }

        return pairs;
    }
}
