using System.Text;
using CliWrap;

namespace Longhaul.Sources.Hooks;

/// <summary>Keeps the end of what a command prints, however much that is.</summary>
/// <remarks>Memory: twice <see cref="Size"/> for each stream.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class OutputTail
{
    /// <summary>Bytes kept.</summary>
    public const int Size = 2048;

    private readonly Lock _lock = new();
    private readonly Queue<byte> _bytes = new(Size);

    /// <summary>Takes one stream of a command.</summary>
    public PipeTarget ToTarget() =>
        PipeTarget.Create(
            async (stream, cancellationToken) =>
            {
                var buffer = new byte[Size];
                int count;
                while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    Add(buffer.AsSpan(0, count));
                }
            }
        );

    /// <summary>What was kept, without white space around it; what is no UTF-8 is replaced.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return Encoding.UTF8.GetString([.. _bytes]).Trim('\uFFFD', ' ', '\r', '\n', '\t');
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (var item in bytes)
            {
                if (_bytes.Count == Size)
                {
                    _bytes.Dequeue();
                }

                _bytes.Enqueue(item);
            }
        }
    }
}
