namespace Longhaul.Core;

/// <summary>A failure that an operator can look up: a stable code, what happened, what to do.</summary>
/// <remarks>
/// <para>Thrown only through the factories in <see cref="Errors"/>, so that a code has one meaning and one message.
/// A broken promise between our own methods is not one of these: it stays an <see cref="ArgumentException"/>, an
/// <see cref="InvalidOperationException"/> or an <see cref="System.Diagnostics.UnreachableException"/>.</para>
/// <para>Hosts translate <see cref="Code"/> once each: exit code, problem+json, gRPC status
/// (docs/errors.md has the table).</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class LonghaulException : Exception
{
    internal LonghaulException(
        string code,
        Retry retry,
        string message,
        string hint,
        Exception? cause = null,
        IReadOnlyDictionary<string, object?>? details = null
    )
        : base(message, cause)
    {
        Code = code;
        Retry = retry;
        Hint = hint;
        Details = details ?? new Dictionary<string, object?>();
    }

    /// <summary>Stable code, <c>area.what</c>, such as <c>store.no-space</c>; has one meaning for ever.</summary>
    public string Code { get; }

    /// <summary>Whether it is about one thing in a backup that is damaged, missing or removed: what does not need that thing can
    /// go on.</summary>
    public bool IsAboutData => Code.StartsWith("data.", StringComparison.Ordinal);

    /// <summary>Whether doing the same thing again can help.</summary>
    public Retry Retry { get; }

    /// <summary>One sentence for the operator: what to check or run next.</summary>
    public string Hint { get; }

    /// <summary>Facts for programs, by name: file, offset, restore point, job.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; }
}
