using System.Text.Json;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Programs;

/// <summary>How a run of the program ended.</summary>
/// <param name="Command">The command line, for messages.</param>
/// <param name="ExitCode">137 when it was killed.</param>
/// <param name="Output">What it printed on stdout.</param>
/// <param name="Errors">What it printed on stderr.</param>
internal sealed record Outcome(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>The one JSON document on stdout: more than one, or none, fails the test.</summary>
    public JsonElement Document
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Output);
                return document.RootElement.Clone();
            }
            catch (JsonException error)
            {
                throw new InvalidOperationException($"not one JSON document ({error.Message})\n{this}", error);
            }
        }
    }

    /// <summary>Demands an exit code.</summary>
    /// <param name="exitCode">The code.</param>
    /// <returns>This.</returns>
    public Outcome Ended(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit {exitCode}: {this}");
        return this;
    }

    /// <summary>Demands that the document is an error of one code.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="code">The error's stable code.</param>
    /// <returns>The error.</returns>
    public JsonElement Failed(int exitCode, string code)
    {
        Ended(exitCode);
        var error = Document.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.NotEqual("", error.GetProperty("hint").GetString());
        Assert.Equal(JsonValueKind.Object, error.GetProperty("details").ValueKind);
        return error;
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{Command}' ended with {ExitCode}\nstdout: {Output}\nstderr: {Errors}";
}
