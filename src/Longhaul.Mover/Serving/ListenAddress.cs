using System.Net;
using Longhaul.Core;

namespace Longhaul.Mover.Serving;

/// <summary>Where a mover listens: <c>HOST:PORT</c>, the host an address of this machine, or <c>localhost</c>.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ListenAddress
{
    private ListenAddress(IPEndPoint endpoint)
    {
        Endpoint = endpoint;
    }

    /// <summary>As the runtime has it.</summary>
    internal IPEndPoint Endpoint { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">Such as <c>0.0.0.0:9200</c> or <c>[::]:9200</c>.</param>
    /// <exception cref="LonghaulException">usage.invalid.</exception>
    public static ListenAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Local = "localhost:";
        var numbers = text.StartsWith(Local, StringComparison.OrdinalIgnoreCase)
            ? $"{IPAddress.Loopback}:{text[Local.Length..]}"
            : text;
        // Without a port the library reads one as 0, and an address of the sixth version without brackets as a whole.
        return
            numbers.Contains(':', StringComparison.Ordinal)
            && (numbers[0] == '[' || numbers.Count(letter => letter == ':') == 1)
            && IPEndPoint.TryParse(numbers, out var endpoint)
            ? new ListenAddress(endpoint)
            : throw Errors.UsageInvalid(
                $"'{text}' is no address to listen on",
                "Write HOST:PORT, such as 0.0.0.0:9200 for every address of this machine, or 127.0.0.1:9200 for itself only."
            );
    }

    /// <inheritdoc/>
    public override string ToString() => Endpoint.ToString();

    /// <summary>The same host at another port.</summary>
    /// <param name="port">1 to 65,535.</param>
    internal ListenAddress At(int port) => new(new IPEndPoint(Endpoint.Address, port));
}
