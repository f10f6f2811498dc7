using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Engine.Runs;
using Longhaul.Sources.Hooks;

namespace Longhaul.Engine.BackUp;

/// <summary>The commands a job runs before and after it reads a machine.</summary>
/// <remarks>Their environment names the job, the machine and the result, and holds no secret of ours.</remarks>
internal static class MachineHooks
{
    /// <summary>Runs the command before a machine is read; when it fails, the machine fails.</summary>
    /// <param name="context">The run.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="LonghaulException">hook.failed, hook.timeout.</exception>
    internal static ValueTask BeforeAsync(RunContext context, Machine machine, CancellationToken cancellationToken) =>
        RunAsync(context, context.Job.Before, machine, result: "", cancellationToken);

    /// <summary>Runs the command after a machine was read, whatever came of it.</summary>
    /// <param name="context">The run.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="succeeded">Whether there is a new restore point.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="LonghaulException">hook.failed, hook.timeout.</exception>
    internal static ValueTask AfterAsync(
        RunContext context,
        Machine machine,
        bool succeeded,
        CancellationToken cancellationToken
    ) => RunAsync(context, context.Job.After, machine, succeeded ? "success" : "failed", cancellationToken);

    private static async ValueTask RunAsync(
        RunContext context,
        string? command,
        Machine machine,
        string result,
        CancellationToken cancellationToken
    )
    {
        if (command is null)
        {
            return;
        }

        var environment = new Dictionary<string, string>
        {
            ["LONGHAUL_JOB"] = context.Job.Name,
            ["LONGHAUL_MACHINE"] = machine.Name,
            ["LONGHAUL_RESULT"] = result,
        };
        var limit = context.Job.CommandTimeout;
        var ended = await HookCommand
            .RunAsync(command, environment, limit, context.Clock, cancellationToken)
            .ConfigureAwait(false);
        if (ended.TimedOut)
        {
            throw Errors.HookTimeout(command, limit, ended.Tail);
        }

        if (!ended.IsSuccess)
        {
            throw Errors.HookFailed(command, ended.ExitCode, ended.Tail);
        }
    }
}
