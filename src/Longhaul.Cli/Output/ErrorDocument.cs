using System.Text.Json.Nodes;
using Longhaul.Core;

namespace Longhaul.Cli.Output;

/// <summary>What a command prints that could not do its work.</summary>
/// <param name="Error">What happened.</param>
internal sealed record ErrorDocument(ErrorDocument.Body Error)
{
    /// <summary>Makes the document of an error.</summary>
    /// <param name="error">The error.</param>
    public static ErrorDocument Of(LonghaulException error)
    {
        var details = new JsonObject();
        foreach (var (name, fact) in error.Details)
        {
            details[name] = CliJson.Fact(fact);
        }

        return new ErrorDocument(new Body(error.Code, error.Message, error.Hint, details));
    }

    /// <summary>What happened.</summary>
    /// <param name="Code">The stable code.</param>
    /// <param name="Message">What happened, for people.</param>
    /// <param name="Hint">What to do, for people.</param>
    /// <param name="Details">Facts for programs.</param>
    internal sealed record Body(string Code, string Message, string Hint, JsonObject Details);
}
