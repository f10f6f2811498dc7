namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>A job of the soak.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Repository">Where it writes to.</param>
/// <param name="IsCopy">Whether it copies.</param>
/// <param name="MakesFulls">Whether its method takes the flags that ask for a synthetic full.</param>
/// <param name="Keep">How many points of each machine retention leaves, at least.</param>
/// <param name="HasRules">Whether it keeps points of weeks and months too, as rules that are changed say.</param>
internal sealed record SoakJob(string Name, string Repository, bool IsCopy, bool MakesFulls, int Keep, bool HasRules);
