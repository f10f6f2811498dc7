using Longhaul.Catalog.Sqlite;

namespace Longhaul.Catalog.Tests.Sqlite;

/// <summary>The contract, on a real file.</summary>
public sealed class SqliteCatalogContract : CatalogContract, IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    protected override ICatalog Create() => new SqliteCatalog(new SqliteCatalogOptions { Home = _home.Path });
}
