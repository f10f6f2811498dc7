namespace Longhaul.Cli.Values;

/// <summary>Understands a value as a person writes it.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="text">Any text.</param>
/// <param name="value">The value when the method returns true.</param>
/// <returns>False when the text is no such value. Never throws.</returns>
internal delegate bool ValueParser<T>(string text, out T value);
