using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;

namespace Longhaul.Storage.Tests.Stores;

public sealed class MemoryObjectStoreContract : ProtectingStoreContract
{
    protected override ValueTask<IObjectStore> CreateEmptyAsync() => new(new MemoryObjectStore());
}

public sealed class CountingStoreContract : ProtectingStoreContract
{
    protected override ValueTask<IObjectStore> CreateEmptyAsync() =>
        new(new CountingStore(new MemoryObjectStore(), new TransferCounter()));
}

public sealed class FaultyStoreContract : ProtectingStoreContract
{
    protected override ValueTask<IObjectStore> CreateEmptyAsync() => new(new FaultyStore(new MemoryObjectStore()));
}

public sealed class PowerLossStoreContract : ProtectingStoreContract
{
    protected override ValueTask<IObjectStore> CreateEmptyAsync() => new(new PowerLossStore());
}

public sealed class FolderStoreContract : ProtectingStoreContract
{
    protected override async ValueTask<IObjectStore> CreateEmptyAsync()
    {
        var outer = new MemoryObjectStore();
        await outer.PutIfAbsentAsync("folder.not", new byte[] { 1 }, CancellationToken.None);
        await outer.PutIfAbsentAsync("folders/not", new byte[] { 1 }, CancellationToken.None);
        return new FolderStore(outer, "folder/");
    }
}

public sealed class DirectoryStoreContract : DirectoryContract
{
    protected override PlacementMethod Placement => PlacementMethod.Rename;
}

public sealed class LinkingDirectoryStoreContract : DirectoryContract
{
    protected override PlacementMethod Placement => PlacementMethod.Link;
}

public sealed class LockingDirectoryStoreContract : DirectoryContract
{
    protected override PlacementMethod Placement => PlacementMethod.LockedRename;
}

/// <summary>What protects objects is shown by DirectoryProtectionTests, on file systems of their own.</summary>
public abstract class DirectoryContract : ObjectStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected abstract PlacementMethod Placement { get; }

    protected override ValueTask<IObjectStore> CreateEmptyAsync() => new(new DirectoryStore(_folder.Path, Placement));

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
