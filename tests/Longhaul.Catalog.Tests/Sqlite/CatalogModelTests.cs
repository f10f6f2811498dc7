using Longhaul.Catalog.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Xunit;

namespace Longhaul.Catalog.Tests.Sqlite;

/// <summary>What dotnet-ef wrote belongs to the code as it is now.</summary>
public sealed class CatalogModelTests
{
    [Fact]
    public void The_migrations_and_the_version_are_those_of_the_model()
    {
        using var context = NewContext();

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(CatalogContext.SchemaVersion, context.Database.GetMigrations().Count());
    }

    [Fact]
    public void The_compiled_model_is_that_of_the_code()
    {
        using var context = NewContext();

        Assert.Equal(Describe(context.GetService<IDesignTimeModel>().Model), Describe(context.Model));
        Assert.StartsWith("CatalogContextModel", context.Model.GetType().Name, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Describe(IModel model) =>
        model
            .GetEntityTypes()
            .SelectMany(type =>
                type.GetProperties()
                    .Select(property =>
                        $"{type.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} "
                        + $"{property.IsNullable} {property.IsPrimaryKey()} {property.IsUniqueIndex()}"
                    )
            )
            .Order(StringComparer.Ordinal);

    private static CatalogContext NewContext() =>
        new(new DbContextOptionsBuilder<CatalogContext>().UseSqlite("Data Source=:memory:").Options);
}
