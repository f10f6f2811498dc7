using Longhaul.Core;

namespace Longhaul.Engine.Restoring;

/// <summary>Turns the system's errors on what is restored to into ones that say what to do.</summary>
internal static class TargetErrors
{
    private const int NoSpace = 28;

    /// <summary>What an error of the system means.</summary>
    /// <param name="path">What was written to.</param>
    /// <param name="error">An IOException or UnauthorizedAccessException.</param>
    internal static LonghaulException Of(string path, Exception error) =>
        error is UnauthorizedAccessException ? Errors.StoreAccessDenied(path, error)
        : error.HResult == NoSpace ? Errors.StoreNoSpace(path, error)
        : Errors.StoreIo(path, error);

    /// <summary>Whether <see cref="Of"/> knows an error.</summary>
    internal static bool Knows(Exception error) => error is IOException or UnauthorizedAccessException;
}
