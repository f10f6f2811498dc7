namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>A job of the soak.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Repository">Where it writes.</param>
/// <param name="IsCopy">Whether it copies.</param>
/// <param name="MakesFulls">Whether its method takes the flags that ask for a synthetic full.</param>
internal sealed record SoakJob(string Name, string Repository, bool IsCopy, bool MakesFulls)
{
    /// <summary>How many points of each machine retention leaves.</summary>
    public int Keep { get; set; }
}
