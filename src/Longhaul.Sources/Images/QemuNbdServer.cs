using System.Diagnostics;
using System.Text;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>A <c>qemu-nbd</c> that serves one image on a private unix socket; ended when this is disposed, or dies.</summary>
/// <remarks>
/// <para>A shell stands between: it starts qemu-nbd and then only reads from a pipe whose other end this process alone
/// has. When the pipe closes, be it by disposing or because this process was killed, the shell kills qemu-nbd and removes
/// the socket's folder. Should somebody kill the shell, the kernel kills qemu-nbd (PR_SET_PDEATHSIG follows the thread that
/// forked; the shell has only one). All of it is in a session of its own, so that a Ctrl-C meant for this process ends none
/// of it early.</para>
/// <para>The socket lies in a new folder that only this user may enter.</para>
/// </remarks>
/// <threadsafety>One caller at a time; <see cref="Complaint"/> from any thread.</threadsafety>
internal sealed class QemuNbdServer : IAsyncDisposable
{
    // $0 is the folder. A background command gets its input from /dev/null; $! stays its number until it is waited for.
    private const string Keeper = """
        "$@" </dev/null >/dev/null &
        exec >/dev/null 2>&1
        read -r end
        kill -9 $!
        wait $!
        rm -rf -- "$0"
        """;

    /// <summary>qemu-nbd writes this file when its image is open and served. It listens before: who connected then would wait
    /// in the handshake, and nobody could call him off.</summary>
    private const string Ready = "pid";

    private static readonly TimeSpan s_startTime = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly StringBuilder _complaint = new();
    private readonly Task _ended;

    private QemuNbdServer(Process process, string folder)
    {
        _process = process;
        _folder = folder;
        _ended = ListenAsync();
    }

    /// <summary>Why it cannot go on, in its own words; empty when it has not complained.</summary>
    internal string Complaint
    {
        get
        {
            lock (_complaint)
            {
                return QemuTool.ReasonIn(_complaint.ToString(), "");
            }
        }
    }

    private string Socket => Path.Combine(_folder, "nbd");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _ended.ConfigureAwait(false);
        _process.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true); // the shell was killed
        }
    }

    /// <summary>Starts a server.</summary>
    /// <param name="image">Absolute path of the image.</param>
    /// <param name="format">Its format in QEMU's words; nothing is probed.</param>
    /// <param name="options">Further options, such as <c>--read-only</c>.</param>
    /// <returns>It may still be opening the image.</returns>
    /// <exception cref="LonghaulException">tool.missing.</exception>
    internal static QemuNbdServer Start(string image, string format, params ReadOnlySpan<string> options)
    {
        var program = QemuTool.Find("qemu-nbd");
        var folder = Directory.CreateTempSubdirectory("longhaul-nbd-").FullName;
        try
        {
            var start = QemuTool.Describe(
                "setsid",
                [
                    "/bin/sh",
                    "-c",
                    Keeper,
                    folder,
                    "setpriv",
                    "--pdeathsig=KILL",
                    program,
                    $"--socket={Path.Combine(folder, "nbd")}",
                    $"--pid-file={Path.Combine(folder, Ready)}",
                    $"--format={format}",
                    .. options,
                    "--",
                    image,
                ]
            );
            return new QemuNbdServer(Process.Start(start)!, folder);
        }
        catch
        {
            Directory.Delete(folder);
            throw;
        }
    }

    /// <summary>Connects, once the server has opened its image.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The caller disposes it before the server; null when the server ended: <see cref="Complaint"/> says why.</returns>
    /// <exception cref="LonghaulException">tool.missing: libnbd is not installed.</exception>
    internal async Task<NbdConnection?> TryConnectAsync(CancellationToken cancellationToken)
    {
        // A process of its own tells nobody but by that file; the system's clock is the one it lives by.
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        while (true)
        {
            if (File.Exists(Path.Combine(_folder, Ready)))
            {
                return Connect();
            }

            if (_ended.IsCompleted)
            {
                return null;
            }

            if (clock.GetElapsedTime(started) > s_startTime)
            {
                Complain($"it has not opened the image within {s_startTime.TotalSeconds} seconds");
                return null;
            }

            await Task.WhenAny(_ended, Task.Delay(TimeSpan.FromMilliseconds(5), clock, cancellationToken))
                .ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private NbdConnection? Connect()
    {
        try
        {
            return NbdConnection.Connect(Socket);
        }
        catch (IOException error)
        {
            Complain(error.Message);
            return null;
        }
    }

    /// <summary>Waits until the server has closed its image by itself, as it does after its last connection.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal Task WaitAsync(CancellationToken cancellationToken) => _ended.WaitAsync(cancellationToken);

    /// <summary>Keeps what qemu-nbd prints; the pipe's end is qemu-nbd's end, for the shell has let go of it.</summary>
    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            Complain(line);
        }
    }

    private void Complain(string line)
    {
        const int Enough = 8192;
        lock (_complaint)
        {
            if (_complaint.Length < Enough)
            {
                _complaint.AppendLine(line);
            }
        }
    }
}
