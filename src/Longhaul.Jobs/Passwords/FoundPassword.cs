using Longhaul.Catalog.Passwords;
using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>A password, and where in a key list it stands.</summary>
/// <param name="Password">The password; null when it is kept and cannot be read.</param>
/// <param name="Slot">Its position; null when it opens nothing.</param>
/// <param name="Kept">What it is kept for; null when it was given.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FoundPassword(Password? Password, int? Slot, KeptFor? Kept);
