namespace Longhaul.Storage.Blocks;

/// <summary>Damaged frames of one segment, and where what they must hold comes from.</summary>
/// <param name="Numbers">The frames' numbers.</param>
/// <param name="Make">Makes a frame anew, whole: its content is the one that the damaged frame held, by its digest; null when that
/// cannot be had after all: the frame is taken over as it lies. The caller disposes what it gives.</param>
/// <threadsafety>As <paramref name="Make"/>.</threadsafety>
public sealed record MendedFrames(IReadOnlySet<int> Numbers, Func<int, CancellationToken, ValueTask<FrameDraft?>> Make)
{
    /// <summary>None: every frame is taken over as it lies.</summary>
    public static readonly MendedFrames None = new(
        new HashSet<int>(),
        (_, _) => throw new InvalidOperationException("No frame is to be mended.")
    );
}
