using Longhaul.Engine.Protecting;

namespace Longhaul.Engine.Tests.Protecting;

/// <summary>Until when files are protected, in memory.</summary>
internal sealed class MemoryLedger : IProtectionLedger
{
    private Dictionary<string, DateTimeOffset> _files = [];

    public IReadOnlyDictionary<string, DateTimeOffset> Read() => _files;

    public void Write(IReadOnlyDictionary<string, DateTimeOffset> files) => _files = new(files);
}
