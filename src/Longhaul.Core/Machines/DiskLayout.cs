namespace Longhaul.Core.Machines;

/// <summary>What makes a disk the same disk from point to point.</summary>
/// <param name="Id">The identity given in <c>--disk ID=PATH</c>, else <c>disk0</c>, <c>disk1</c> … in order.</param>
/// <param name="Size">Size of the whole disk.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record DiskLayout(string Id, ByteSize Size);
