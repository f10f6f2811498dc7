using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;

namespace Longhaul.Engine.Seeding;

/// <summary>Checks every byte of a carried seed against its list; needs no password, no catalog and no repository.</summary>
/// <remarks>
/// <para>A file that never changes is compared by its SHA-256. A segment's frame table must be the one that was carried, and every
/// frame have the checksum that the table says: so a segment that was compacted since is sound too.</para>
/// <para>A file that lies in several folders is sound when any of them has it sound: so carrying it again anywhere mends
/// it.</para>
/// </remarks>
/// <param name="seed">The seed.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One check at a time.</threadsafety>
public sealed class CarriedSeedCheck(CarriedSeed seed, IRunProgress? progress)
{
    private readonly Dictionary<string, List<SeedPlace>> _there = new(StringComparer.Ordinal);
    private readonly Dictionary<int, SeedPart> _partOf = [];

    /// <summary>Checks.</summary>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>What was found; damage is no error.</returns>
    /// <exception cref="LonghaulException">store errors, but for bytes a disk does not give.</exception>
    public async Task<SeedCheckReport> RunAsync(CancellationToken cancellationToken)
    {
        await ListAsync(cancellationToken).ConfigureAwait(false);
        var faults = new List<SeedFault>(seed.ListFaults);
        var places = new Dictionary<string, SeedPlace>(StringComparer.Ordinal);
        var files = new CarriedFiles(seed.List.Backup);
        var heard = progress?.Begin(seed.List.Name, "checking", seed.List.SizeBytes);
        foreach (var file in seed.List.Files)
        {
            var candidates = _there.GetValueOrDefault(KeyOf(file.Name)) ?? [];
            var fault = candidates.Count == 0 ? Missing(file) : null;
            foreach (var place in candidates)
            {
                fault = await FindFaultAsync(files, file, place, cancellationToken).ConfigureAwait(false);
                if (fault is null)
                {
                    places[file.Name] = place;
                    break;
                }
            }

            faults.AddRange(fault is null ? [] : [fault]);
            heard?.Advance(file.Length);
        }

        return new SeedCheckReport
        {
            Faults = faults,
            MissingParts = [.. Enumerable.Range(1, seed.List.Parts).Where(part => !_partOf.ContainsKey(part))],
            FilesChecked = seed.List.Files.Count,
            BytesRead = files.BytesRead,
            Places = places,
        };
    }

    private static async ValueTask<SeedFault?> FindFaultAsync(
        CarriedFiles files,
        SeedFile file,
        SeedPlace place,
        CancellationToken cancellationToken
    )
    {
        string? what;
        try
        {
            what = await files.FindFaultAsync(file, place, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (SeedFault.IsOne(error))
        {
            what = SeedFault.Describe(error);
        }

        return what is null
            ? null
            : new SeedFault(file.Name, file.Part, place.Part.PathOf(place.Name), IsMissing: false, what);
    }

    private SeedFault Missing(SeedFile file) =>
        new(
            file.Name,
            file.Part,
            _partOf.TryGetValue(file.Part, out var part) ? part.PathOf(file.Name) : file.Name,
            IsMissing: true,
            "it is missing"
        );

    /// <summary>One listing of each folder: what lies where.</summary>
    private async ValueTask ListAsync(CancellationToken cancellationToken)
    {
        var parts = seed
            .List.Files.DistinctBy(file => KeyOf(file.Name), StringComparer.Ordinal)
            .ToDictionary(file => KeyOf(file.Name), file => file.Part, StringComparer.Ordinal);
        foreach (var folder in seed.Parts)
        {
            await foreach (var item in folder.Store.ListAsync("", cancellationToken).ConfigureAwait(false))
            {
                if (!parts.TryGetValue(KeyOf(item.Name), out var part))
                {
                    continue;
                }

                _partOf.TryAdd(part, folder);
                if (!_there.TryGetValue(KeyOf(item.Name), out var places))
                {
                    _there.Add(KeyOf(item.Name), places = []);
                }

                places.Add(new SeedPlace(folder, item.Name));
            }
        }
    }

    /// <summary>What a file is found by: a segment by its id, whatever its generation.</summary>
    private static string KeyOf(string name) =>
        BackupNames.TryParseSegmentFile(name, out var segment, out _) ? segment.ToString() : name;
}
