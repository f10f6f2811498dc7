namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>The one site of a test class: its tests run one after another, and each brings it into the state it needs.</summary>
public sealed class SeedSites : IDisposable
{
    /// <summary>The site.</summary>
    internal SeedSite Site { get; } = new(seed: 100);

    /// <inheritdoc/>
    public void Dispose() => Site.Dispose();
}
