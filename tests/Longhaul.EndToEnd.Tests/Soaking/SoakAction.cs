namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>A command of the soak, and how it may end.</summary>
/// <param name="Line">The command line.</param>
/// <param name="MayFail">The codes it may be refused or fail with; other failures are mistakes.</param>
internal sealed record SoakAction(string Line, params string[] MayFail)
{
    /// <summary>The job whose backup it concerns.</summary>
    public string? Job { get; init; }

    /// <summary>The point that it deletes.</summary>
    public string? Deletes { get; init; }

    /// <summary>The point that it pins or unpins.</summary>
    public string? Pins { get; init; }
}
