using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>A program that was started, and may be struck before it ends.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class RunningProgram : IDisposable
{
    private const int NoSuchProcess = 3;

    private readonly Process _process;
    private readonly string _command;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    /// <summary>Closes the program's input, and begins to read what it prints.</summary>
    /// <param name="process">Just started, all its streams redirected; is disposed with this.</param>
    /// <param name="command">Its command line, for messages.</param>
    public RunningProgram(Process process, string command)
    {
        (_process, _command) = (process, command);
        process.StandardInput.Close();
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Sends it a signal; nothing happens when it has ended.</summary>
    /// <param name="signal">2: SIGINT, as Ctrl-C does; 9: SIGKILL.</param>
    public void Signal(int signal)
    {
        // Not yet waited for, so that its number is nobody else's.
        if (!_process.HasExited && Kill(_process.Id, signal) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NoSuchProcess)
            {
                throw new Win32Exception(error);
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="cancellationToken">Kills it and what it started.</param>
    public async Task<Outcome> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
            return new Outcome(_command, _process.ExitCode, await _output, await _errors);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
