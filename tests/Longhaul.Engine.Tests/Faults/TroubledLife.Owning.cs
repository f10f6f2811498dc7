using Longhaul.Engine.Converting;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Tests.Faults;

/// <content>The copy job leaves its backup, and is mapped to another: one it left, or the near one, carried.</content>
internal sealed partial class TroubledLife
{
    private async Task<string> UnmapAsync()
    {
        var offSite = await OpenAsync(_offSite);
        _offSite.MayHaveAnotherOwner = true;
        await offSite.Folder.CommitAsync(
            _ =>
            {
                var draft = new RecordDraft("unmap");
                draft.Open.Ownerless = true;
                return draft;
            },
            CancellationToken.None
        );
        return "unmap";
    }

    private async Task<string> MapAsync()
    {
        if (_here.Visible.Count == 0)
        {
            return "nothing to map to";
        }

        _mapped =
            _left.Count > 0 && _chance.Next(2) == 0
                ? _left[_chance.Next(_left.Count)]
                : _here.Carry(_offSite.Job, ++_seed);
        _left.Remove(_mapped);
        _mapped.Store.TroublePerMille = _offSite.Store.TroublePerMille;
        var mapped = await OpenAsync(_mapped);
        await ChainConverter.ConvertToForwardAsync(mapped, session: null, CancellationToken.None);
        _mapped.MayHaveAnotherOwner = true;
        await mapped.Folder.CommitAsync(
            _ =>
            {
                var draft = new RecordDraft("map");
                draft.SetOwner(OwnerOf(_mapped), "{}"u8.ToArray());
                return draft;
            },
            CancellationToken.None
        );
        return "map";
    }

    /// <summary>Where the copy job writes from now on: the answer to what changed that may have got lost.</summary>
    private async Task LookForOwnersAsync()
    {
        if (_mapped is { } mapped)
        {
            _mapped = null;
            _left.Add(mapped);
            if (mapped.MayHaveAnotherOwner && await IsOwnedAsync(mapped))
            {
                _left.Remove(mapped);
                _left.Add(_offSite);
                _offSite = mapped;
            }
        }
        else if (_offSite.MayHaveAnotherOwner && !await IsOwnedAsync(_offSite))
        {
            _left.Add(_offSite);
            _offSite = new TroubledPlace(_offSite.Job, ++_seed) { Password = _offSite.Password };
            _estate.Password = _offSite.Password;
            await _estate.CreateAsync(_offSite.Job, _offSite.Store);
        }
    }

    private async Task<bool> IsOwnedAsync(TroubledPlace place)
    {
        place.MayHaveAnotherOwner = false;
        var backup = await OpenAsync(place);
        place.IsTouched = false;
        return backup.Folder.State.OwnerIn(place.Job.Repository)?.Job == place.Job.Id;
    }

    private static OwnerState OwnerOf(TroubledPlace place) =>
        new(place.Job.Id, place.Job.Name, place.Job.Repository, "test");
}
