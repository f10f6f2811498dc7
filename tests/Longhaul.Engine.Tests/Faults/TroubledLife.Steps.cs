using Longhaul.Core.Fulls;
using Longhaul.Engine.Converting;
using Longhaul.Engine.Encrypting;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Leases;

namespace Longhaul.Engine.Tests.Faults;

/// <content>What is done in trouble.</content>
internal sealed partial class TroubledLife
{
    private async Task<string> DoAsync() =>
        _chance.Next(15) switch
        {
            < 5 => await BackUpAsync(),
            < 8 => await BackUpAndCopyAsync(),
            8 => await DeleteAsync(_chance.Next(2) == 0 ? _here : _offSite),
            9 => await ConvertAsync(),
            10 => await EncryptAsync(_chance.Next(2) == 0 ? _here : _offSite),
            11 => await UnmapAsync(),
            12 => await MapAsync(),
            _ => await ReclaimAsync(_chance.Next(2) == 0 ? _here : _offSite),
        };

    private async Task<string> BackUpAsync()
    {
        _here.MayRemoveOldest = true;
        _here.Attempted = Content();
        var here = await OpenAsync(_here);
        var lease = await _host.LeaseAsync(here, LeasePurpose.Writer);
        var asked = new FullRequest(_chance.Next(6) == 0, _chance.Next(6) == 0, _chance.Next(2) == 0);
        var made = await _estate.BackUpAsync(here, _here.Job, _machine, asked, checkpointEvery: BlockSize);
        _here.Model[made.Point!.Id] = Content();
        await _host.EndAsync(lease);
        return "backup";
    }

    private async Task<string> BackUpAndCopyAsync()
    {
        await BackUpAsync();
        return await CopyAsync();
    }

    private async Task<string> CopyAsync()
    {
        var here = await OpenAsync(_here);
        var offSite = await OpenAsync(_offSite);
        if (NewestOf(here) is not { } source || NewestOf(offSite)?.CreatedAt >= source.CreatedAt)
        {
            return "nothing to copy";
        }

        var reading = await _host.LeaseAsync(here, LeasePurpose.Reader);
        var writing = await _host.LeaseAsync(offSite, LeasePurpose.Writer);
        _offSite.MayRemoveOldest = true;
        _offSite.Attempted = _here.Model[source.Id];
        var copied = await _estate.CopyAsync(here, offSite, _offSite.Job, _machine.Id, checkpointEvery: BlockSize);
        _offSite.Model[copied.Point!.Id] = _offSite.Attempted;
        await _host.EndAsync(reading);
        await _host.EndAsync(writing);
        return "copy";
    }

    private async Task<string> DeleteAsync(TroubledPlace place)
    {
        var backup = await OpenAsync(place);
        var points = backup.Folder.State.Points.ToArray();
        if (points.Length < 2)
        {
            return "nothing to delete";
        }

        var going = points[_chance.Next(points.Length)];
        place.MayRemove = going.Id;
        await Janitor.RemoveAsync(backup, going);
        return "delete";
    }

    private async Task<string> ConvertAsync()
    {
        var here = await OpenAsync(_here);
        await ChainConverter.ConvertToForwardAsync(here, session: null, CancellationToken.None);
        return "convert";
    }

    private async Task<string> EncryptAsync(TroubledPlace place)
    {
        var backup = await OpenAsync(place);
        if (place.Password is not null)
        {
            return "encrypted already";
        }

        place.MayBeEncrypted = true;
        await new BackupEncrypter(backup, _estate.Clock, progress: null).EncryptAsync(
            s_password.New,
            definition: null,
            SessionId.New(),
            CancellationToken.None
        );
        return "encrypt";
    }

    private async Task<string> ReclaimAsync(TroubledPlace place)
    {
        var backup = await OpenAsync(place);
        var reading = _chance.Next(3) == 0 ? await _host.LeaseAsync(backup, LeasePurpose.Reader) : null;
        var delay = TimeSpan.FromHours(_chance.Next(3) * 12);
        var report = await _host.ReclaimAsync(
            place,
            backup,
            Janitor.s_now with
            {
                Delay = delay,
                Full = _chance.Next(2) == 0,
            }
        );
        if (reading is not null)
        {
            await _host.EndAsync(reading);
        }

        return report.HeldBackBy.Count == 0 ? "reclaim" : "reclaim, held back";
    }
}
