using Longhaul.Catalog.Passwords;
using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>A kept password that may open a backup.</summary>
/// <param name="For">What it is kept for.</param>
/// <param name="Whom">That, for people: <c>job 'offsite'</c>, or <c>it</c> for the backup itself.</param>
/// <param name="Password">The password; null when it cannot be read.</param>
/// <param name="Trouble">Why it cannot be read; null when it can.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record KeptCandidate(KeptFor For, string Whom, Password? Password, string? Trouble);
