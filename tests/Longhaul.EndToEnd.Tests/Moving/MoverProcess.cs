using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Moving;

/// <summary>A mover in a process of its own, beside a site.</summary>
internal sealed class MoverProcess : IAsyncDisposable
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private readonly Site _site;
    private RunningProgram? _running;

    private MoverProcess(Site site)
    {
        _site = site;
    }

    /// <summary>Address and port.</summary>
    public string Listening { get; private set; } = "127.0.0.1:0";

    /// <summary>The URL of its one repository.</summary>
    public string Url => $"mover://{Listening}/main";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one on a free port of the loopback.</summary>
    public static async Task<MoverProcess> StartAsync(Site site)
    {
        var mover = new MoverProcess(site);
        await mover.StartAsync();
        return mover;
    }

    /// <summary>Kills it, and starts another at its port.</summary>
    public async Task StartAnewAsync()
    {
        await EndAsync(Kill);
        await StartAsync();
    }

    /// <summary>Invites, pairs the site's home, and adds the repository as <c>away</c>.</summary>
    public async Task<Outcome> PairAsync(string allow = "read,append,delete")
    {
        var invited = (await _site.RunAsync($"mover invite --allow {allow} --root", _site["root"])).Ended(0).Document;
        invited.Has("token fingerprint expires");
        await File.WriteAllTextAsync(_site["token"], invited.Text("token") + "\n", Token);
        return await _site.RunAsync($"repository add away {Url} --token-file", _site["token"]);
    }

    /// <summary>Ends it as a service manager does.</summary>
    public Task<Outcome> StopAsync() => EndAsync(Terminate);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await EndAsync(Kill);
        }
    }

    private async Task StartAsync()
    {
        var said = _site[$"mover-{Guid.NewGuid():N}"];
        var program = await LonghaulProgram.PathAsync();
        // The shell becomes the program: a signal to it is one to the mover.
        _running = LonghaulProgram.Start(
            "/bin/sh",
            [
                "-c",
                $"exec \"$0\" \"$@\" >'{said}'",
                program,
                .. Site.ArgumentsOf(
                    _site["mover-home"],
                    $"mover serve --listen {Listening} --root {_site["root"]} --repository main={_site["away"]}"
                ),
            ],
            new Dictionary<string, string>()
        );
        Listening = await SaidAsync(said);
    }

    private static async Task<string> SaidAsync(string file)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            try
            {
                using var said = JsonDocument.Parse(await File.ReadAllTextAsync(file, Token));
                return said.RootElement.Text("listening")!;
            }
            catch (Exception error) when (error is JsonException or FileNotFoundException)
            {
                // It has not said it yet.
            }
        }

        throw new TimeoutException("the mover did not say that it listens");
    }

    private async Task<Outcome> EndAsync(int signal)
    {
        using var ended = _running ?? throw new InvalidOperationException("it does not run");
        _running = null;
        ended.Signal(signal);
        return await ended.EndAsync(Token);
    }
}
