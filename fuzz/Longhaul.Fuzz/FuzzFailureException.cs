namespace Longhaul.Fuzz;

/// <summary>A property of a target does not hold for an input.</summary>
/// <param name="what">Which.</param>
internal sealed class FuzzFailureException(string what) : Exception(what);
