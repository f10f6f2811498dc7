using Longhaul.Format.Keys;

namespace Longhaul.Storage.Folders;

/// <summary>A password that a backup is to be opened with.</summary>
/// <param name="Password">The password.</param>
/// <param name="Hint">What reminds people of it; readable by everybody who sees the folder.</param>
/// <param name="Cost">What a guess is to cost.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record NewPassword(Password Password, string Hint, PasswordCost Cost);
