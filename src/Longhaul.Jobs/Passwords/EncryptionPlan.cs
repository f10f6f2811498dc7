using Longhaul.Core.Jobs;

namespace Longhaul.Jobs.Passwords;

/// <summary>What encrypting a backup would take.</summary>
/// <param name="Owner">The job that owns it, and will encrypt from then on; null when nobody does.</param>
/// <param name="RoomBytes">Bytes written beside the plain files, at most; the next reclaim gives the plain ones back.</param>
/// <param name="FreeBytes">Bytes free there; null when it cannot say.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record EncryptionPlan(JobDefinition? Owner, long RoomBytes, long? FreeBytes);
