using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>Remembers what every restore point must contain, and that none goes unless it may.</summary>
/// <remarks>A model of backups that knows nothing of how they are stored.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class PointBook
{
    private readonly Dictionary<string, string> _contents = [];
    private readonly Dictionary<string, List<string>> _chains = [];

    /// <summary>How many points were ever seen.</summary>
    public int Count => _contents.Count;

    /// <summary>All points that are there, as <c>BACKUP[/MACHINE]@ID</c>.</summary>
    public IEnumerable<string> Present => _chains.SelectMany(chain => chain.Value.Select(id => $"{chain.Key}@{id}"));

    /// <summary>What a point must contain.</summary>
    /// <param name="point">Its id, or what <see cref="Present"/> gave.</param>
    public string ContentOf(string point) => _contents[point[(point.IndexOf('@', StringComparison.Ordinal) + 1)..]];

    /// <summary>Takes note of a chain as it is now.</summary>
    /// <param name="chain">Names it: <c>BACKUP[/MACHINE]</c>.</param>
    /// <param name="points">Its points, oldest first.</param>
    /// <param name="contentNow">What a point that is new and no copy contains.</param>
    /// <param name="keep">How many points retention leaves at least.</param>
    /// <param name="mayGo">Points that somebody deletes by hand.</param>
    /// <param name="pinning">Points that somebody pins or unpins meanwhile, so that retention may have passed over them or not.</param>
    /// <param name="isOrdered">Whether retention takes the oldest first; not where rules of the calendar keep older points.</param>
    /// <exception cref="InvalidOperationException">A point is gone that had to stay, or comes from nowhere.</exception>
    public void See(
        string chain,
        IReadOnlyList<JsonElement> points,
        string contentNow,
        int keep,
        IReadOnlySet<string>? mayGo = null,
        IReadOnlySet<string>? pinning = null,
        bool isOrdered = true
    )
    {
        var ids = points.Select(point => point.Text("id")!).ToList();
        var known = _chains.GetValueOrDefault(chain, []);
        var byHand = known.Where(id => !ids.Contains(id) && mayGo?.Contains(id) == true).ToList();
        var gone = known.Except(ids).Except(byHand).ToList();

        // Retention passes over pinned points, and does not count them.
        var thinned = points.Where(point => !point.IsTrue("pinned")).Select(point => point.Text("id")!).ToHashSet();
        var unsure = ids.Where(id => pinning?.Contains(id) == true).ToList();
        thinned.UnionWith(unsure);
        if (gone.Count > 0 && thinned.Count + byHand.Count < keep)
        {
            throw new InvalidOperationException(
                $"{chain}: {string.Join(", ", gone)} gone, {thinned.Count} left that are not pinned, {keep} to keep"
            );
        }

        thinned.ExceptWith(unsure);
        if (isOrdered && known.SkipWhile(id => !thinned.Contains(id)).Intersect(gone).FirstOrDefault() is { } newer)
        {
            throw new InvalidOperationException($"{chain}: {newer} is gone, and an older point is not");
        }

        foreach (var point in points.Where(point => !_contents.ContainsKey(point.Text("id")!)))
        {
            var source = point.Text("sourcePoint");

            // A source point that is not known yet was made in the same round, in which disks do not change.
            _contents.Add(
                point.Text("id")!,
                source is null ? contentNow : _contents.GetValueOrDefault(source, contentNow)
            );
        }

        _chains[chain] = ids;
    }

    /// <summary>Takes note of the backups that are there.</summary>
    /// <param name="backups">Their names, with which their chains' begin.</param>
    /// <param name="mayBeGone">Those that somebody deleted.</param>
    /// <exception cref="InvalidOperationException">A backup is gone that nobody deleted.</exception>
    public void KeepOnly(IReadOnlySet<string> backups, IReadOnlySet<string> mayBeGone)
    {
        foreach (var chain in _chains.Keys.Where(chain => !backups.Contains(BackupOf(chain))).ToList())
        {
            if (!mayBeGone.Contains(BackupOf(chain)))
            {
                throw new InvalidOperationException($"{BackupOf(chain)} is gone, and nobody deleted it");
            }

            _chains.Remove(chain);
        }
    }

    private static string BackupOf(string chain) => chain[..chain.LastIndexOf('/')];
}
