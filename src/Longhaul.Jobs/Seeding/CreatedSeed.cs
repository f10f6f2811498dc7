using Longhaul.Catalog.Sessions;
using Longhaul.Format.Seeds;

namespace Longhaul.Jobs.Seeding;

/// <summary>A seed that was made, or as far as it came.</summary>
/// <param name="Session">The run that copied; null when there was nothing left to copy.</param>
/// <param name="List">Its list; null when a machine failed, so that it is not finished.</param>
/// <param name="Parts">The folders to carry.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CreatedSeed(SessionRecord? Session, SeedList? List, IReadOnlyList<CreatedPart> Parts);

/// <summary>One folder to carry.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Files">Files in it that the list names.</param>
/// <param name="SizeBytes">Their bytes.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CreatedPart(int Number, string Path, int Files, long SizeBytes);
