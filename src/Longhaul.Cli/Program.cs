using System.Runtime.InteropServices;
using Longhaul.Catalog.Sqlite;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Interaction;

namespace Longhaul.Cli;

/// <summary>The program: puts the parts together and runs one command line.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var interaction = new TerminalInteraction();
        var host = new CommandHost(
            interaction,
            options => new SqliteCatalog(
                new SqliteCatalogOptions
                {
                    Home = options.Home,
                    TimeProvider = TimeProvider.System,
                    Trace = options.Log >= LogDetail.Trace ? interaction.Error.WriteLine : null,
                }
            ),
            TimeProvider.System
        );

        // The first signal asks the command to stop where everything is consistent; the second ends the process. The source
        // is never disposed: a signal that came at the very end is handled on a thread of its own, perhaps after that.
        var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await host.RunAsync(arguments, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
