using Longhaul.Catalog.Sqlite.Rows;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite;

/// <summary>The tables of a catalog, for migrations. Rows are plain columns and JSON; Stores read and write them in SQL.</summary>
/// <remarks>Internal to this project; public only since the design tools need it.</remarks>
/// <param name="options">How to reach the database.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class CatalogContext(DbContextOptions<CatalogContext> options) : DbContext(options)
{
    /// <summary>Version of the schema the model describes: the number of migrations, kept in PRAGMA user_version.</summary>
    public const long SchemaVersion = 1;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RepositoryRow>(row =>
        {
            row.ToTable("repositories").HasKey(r => r.Id);
            row.HasIndex(r => r.Name).IsUnique();
        });
        modelBuilder.Entity<MachineRow>(row =>
        {
            row.ToTable("machines").HasKey(r => r.Id);
            row.HasIndex(r => r.Name).IsUnique();
        });
        modelBuilder.Entity<JobRow>(row =>
        {
            row.ToTable("jobs").HasKey(r => r.Id);
            row.HasIndex(r => r.Name).IsUnique();
        });
        modelBuilder.Entity<AnnouncedFullRow>().ToTable("announced_fulls").HasKey(r => new { r.JobId, r.MachineId });
        modelBuilder.Entity<SessionRow>(row =>
        {
            row.ToTable("sessions").HasKey(r => r.Id);
            row.HasIndex(r => r.StartedAt);
            row.HasIndex(r => new { r.JobId, r.StartedAt });
        });
        modelBuilder.Entity<BackupRow>().ToTable("backups").HasKey(r => new { r.RepositoryId, r.Folder });
        modelBuilder.Entity<PointRow>(row =>
        {
            row.ToTable("points")
                .HasKey(r => new
                {
                    r.Id,
                    r.RepositoryId,
                    r.Folder,
                });
            row.HasIndex(r => new { r.RepositoryId, r.Folder });
        });
        modelBuilder.Entity<LogHeadRow>().ToTable("log_heads").HasKey(r => r.InstanceId);
        modelBuilder.Entity<CondemnedRow>().ToTable("condemned").HasKey(r => new { r.InstanceId, r.RecordNumber });
        modelBuilder
            .Entity<VerificationRow>()
            .ToTable("verifications")
            .HasKey(r => new { r.InstanceId, r.RepositoryId });
        modelBuilder
            .Entity<KeptPasswordRow>()
            .ToTable("kept_passwords")
            .HasKey(r => new
            {
                r.JobId,
                r.RepositoryId,
                r.BackupId,
            });
    }
}
