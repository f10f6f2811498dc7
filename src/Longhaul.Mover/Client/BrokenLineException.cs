namespace Longhaul.Mover.Client;

/// <summary>An answer broke off: the call is to be made again.</summary>
/// <param name="cause">What was seen of it.</param>
internal sealed class BrokenLineException(Exception? cause = null) : Exception("the answer broke off", cause);
