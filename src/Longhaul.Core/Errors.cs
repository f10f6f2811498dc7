namespace Longhaul.Core;

/// <summary>Every operator-facing error, one factory each; one file per area.</summary>
/// <remarks>A code is <c>area.what</c>, lower case; docs/errors.md lists them all, and a test compares.</remarks>
public static partial class Errors { }
