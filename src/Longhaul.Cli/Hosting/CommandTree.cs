using System.CommandLine;
using System.CommandLine.Help;
using Longhaul.Cli.Commands.Backups;
using Longhaul.Cli.Commands.Configuration;
using Longhaul.Cli.Commands.General;
using Longhaul.Cli.Commands.Jobs;
using Longhaul.Cli.Commands.Machines;
using Longhaul.Cli.Commands.Mapping;
using Longhaul.Cli.Commands.Movers;
using Longhaul.Cli.Commands.Points;
using Longhaul.Cli.Commands.Repositories;
using Longhaul.Cli.Commands.Runs;
using Longhaul.Cli.Commands.Seeds;
using Longhaul.Cli.Commands.Sessions;

namespace Longhaul.Cli.Hosting;

/// <summary>Every command of the program. A new one is added here, to its group, and nowhere else.</summary>
internal static class CommandTree
{
    /// <summary>Makes the tree.</summary>
    /// <returns>Its root, and the options that every command takes.</returns>
    public static (Command Root, GlobalOptionSet Globals) Build()
    {
        var root = new Command("longhaul", "Keeps an off-site copy of machine backups current over a slow link.")
        {
            Group(
                "repository",
                "Where backups are stored",
                new RepositoryAddCommand(),
                new RepositoryListCommand(),
                new RepositoryShowCommand(),
                new RepositoryRescanCommand(),
                new RepositoryUnlockCommand(),
                new RepositoryReclaimCommand(),
                new RepositoryRemoveCommand()
            ),
            Group(
                "machine",
                "The computers that are protected",
                new MachineAddCommand(),
                new MachineEditCommand(),
                new MachineListCommand(),
                new MachineShowCommand(),
                new MachineRemoveCommand()
            ),
            JobGroup(),
            Group(
                "backup",
                "The chains of restore points in the repositories",
                new BackupListCommand(),
                new BackupShowCommand(),
                new BackupVerifyCommand(),
                new BackupConvertCommand(),
                new BackupEncryptCommand(),
                new BackupRepairCommand(),
                new BackupPasswordCommand(),
                BackupOwnershipCommand.Detach(),
                BackupOwnershipCommand.Accept(),
                BackupOwnershipCommand.AdoptCopy(),
                new BackupCompareCommand(),
                new BackupForgetCommand(),
                new BackupDeleteCommand()
            ),
            Group(
                "point",
                "Restore points",
                new PointListCommand(),
                new PointShowCommand(),
                new PointRestoreCommand(),
                PointPinCommand.Pin(),
                PointPinCommand.Unpin(),
                new PointDeleteCommand()
            ),
            Group(
                "seed",
                "First fulls that do not cross the line",
                new SeedCreateCommand(),
                new SeedCheckCommand(),
                new SeedReceiveCommand(),
                new SeedFromImageCommand()
            ),
            Group(
                "mover",
                "Repositories across a line",
                new MoverServeCommand(),
                new MoverInviteCommand(),
                Group("peers", "Whom a mover lets in", new MoverPeersListCommand(), new MoverPeersRevokeCommand()),
                new MoverBenchmarkCommand()
            ),
            Group("session", "What jobs have done", new SessionListCommand(), new SessionShowCommand()),
            Group("config", "Configuration as a file", new ConfigExportCommand(), new ConfigImportCommand()),
            new VersionCommand(),
            new CompletionCommand(),
            new CompleteCommand(),
        };
        var globals = new GlobalOptionSet();
        globals.AddTo(root);
        var help = new HelpOption("--help", "-h", "-?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Add(help);
        return (root, globals);
    }

    private static Command JobGroup()
    {
        var add = Group(
            "add",
            "Defines a job",
            new JobAddBackupCommand(agent: false),
            new JobAddCopyCommand(agent: false),
            new JobAddBackupCommand(agent: true),
            new JobAddCopyCommand(agent: true)
        );
        return Group(
            "job",
            "What is backed up and copied, where to, and how",
            add,
            new JobListCommand(),
            new JobShowCommand(),
            new JobEditCommand(),
            new JobCloneCommand(),
            new JobCandidatesCommand(),
            new JobMapCommand(),
            new JobUnmapCommand(),
            new JobAdoptCommand(),
            new JobPlanCommand(),
            new JobRetentionCommand(),
            new JobRunCommand(),
            new JobRemoveCommand(),
            new JobEnableCommand(enable: true),
            new JobEnableCommand(enable: false)
        );
    }

    private static Command Group(string name, string description, params IEnumerable<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }
}
