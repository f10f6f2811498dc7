using Longhaul.Core;

namespace Longhaul.Catalog.Backups;

/// <summary>The newest log record this client has seen of an instance.</summary>
/// <param name="Instance">The instance of the backup.</param>
/// <param name="Number">The record's number, from 1.</param>
/// <param name="Hash">SHA-256 of the record's file.</param>
/// <param name="Key">The newest list key this client has opened in it; null for none.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LogHead(InstanceId Instance, long Number, Digest Hash, SeenKey? Key = null);
