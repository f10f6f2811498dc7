using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Shows how far a run has come.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal interface IProgressRenderer
{
    /// <summary>How often <see cref="Render"/> is to be called.</summary>
    TimeSpan Period { get; }

    /// <summary>Shows the present state.</summary>
    /// <param name="present">The newest report of each machine and disk, in the order they first came.</param>
    void Render(IReadOnlyList<RunProgress> present);

    /// <summary>Shows the last state, and leaves the screen ready for what follows.</summary>
    /// <param name="present">As in <see cref="Render"/>.</param>
    void Finish(IReadOnlyList<RunProgress> present);
}
