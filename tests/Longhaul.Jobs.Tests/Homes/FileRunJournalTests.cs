using Longhaul.Core;
using Longhaul.Jobs.Homes;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Homes;

/// <summary>What one process remembers of its checkpoints, another one knows.</summary>
public sealed class FileRunJournalTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly SessionId _session = SessionId.New();

    [Fact]
    public void What_another_process_remembers_meanwhile_is_known()
    {
        var (writer, reader) = (Open(), Open());
        for (var number = 1; number < 4; number++)
        {
            Assert.False(reader.Knows(_session, number, HashOf(number)));
            writer.Remember(_session, number, HashOf(number));
            Assert.True(reader.Knows(_session, number, HashOf(number)));
        }

        Assert.False(reader.Knows(_session, 1, HashOf(2)));
        Assert.False(reader.Knows(SessionId.New(), 1, HashOf(1)));
    }

    [Fact]
    public void What_was_forgotten_is_not_known()
    {
        var (writer, reader) = (Open(), Open());
        writer.Remember(_session, 1, HashOf(1));
        Assert.True(reader.Knows(_session, 1, HashOf(1)));

        writer.Forget(_session);

        Assert.False(reader.Knows(_session, 1, HashOf(1)));
    }

    public void Dispose() => _home.Dispose();

    private FileRunJournal Open() => new(_home["journal"]);

    private static Digest HashOf(int number) => Digest.Of([(byte)number]);
}
