namespace Longhaul.Cli.Output;

/// <summary>The help, as a document.</summary>
/// <param name="Help">What a person would read.</param>
internal sealed record HelpDocument(string Help);
