using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Longhaul.Catalog.Sqlite;

/// <summary>Makes a context for the design tools (<c>dotnet ef migrations add</c>, <c>dotnet ef dbcontext optimize</c>).</summary>
[SuppressMessage("Performance", "CA1812", Justification = "The design tools make it.")]
internal sealed class CatalogContextFactory : IDesignTimeDbContextFactory<CatalogContext>
{
    /// <inheritdoc/>
    public CatalogContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CatalogContext>().UseSqlite("Data Source=:memory:").Options);
}
