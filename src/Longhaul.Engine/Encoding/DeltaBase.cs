using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Encoding;

/// <summary>An older version of a block that both sides certainly have.</summary>
/// <param name="Chain">The version's frame at the target and all it stands upon; at least one.</param>
/// <param name="Content">The version's content; valid during the call it is given to.</param>
internal readonly record struct DeltaBase(IReadOnlyList<ChainLink> Chain, ReadOnlyMemory<byte> Content);
