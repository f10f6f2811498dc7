using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Longhaul.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class First : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "announced_fulls",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "TEXT", nullable: false),
                    MachineId = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: true),
                    AnnouncedAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_announced_fulls", x => new { x.JobId, x.MachineId });
                }
            );

            migrationBuilder.CreateTable(
                name: "backups",
                columns: table => new
                {
                    RepositoryId = table.Column<string>(type: "TEXT", nullable: false),
                    Folder = table.Column<string>(type: "TEXT", nullable: false),
                    BackupId = table.Column<string>(type: "TEXT", nullable: false),
                    InstanceId = table.Column<string>(type: "TEXT", nullable: false),
                    BlockSize = table.Column<int>(type: "INTEGER", nullable: false),
                    Origin = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: true),
                    OwnerName = table.Column<string>(type: "TEXT", nullable: true),
                    OwnerServer = table.Column<string>(type: "TEXT", nullable: true),
                    Encrypted = table.Column<bool>(type: "INTEGER", nullable: false),
                    SizeBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    LogNumber = table.Column<long>(type: "INTEGER", nullable: false),
                    LogWrittenAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReadAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ImportedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    UnverifiedSince = table.Column<long>(type: "INTEGER", nullable: true),
                    Faults = table.Column<string>(type: "TEXT", nullable: false),
                    Chains = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backups", x => new { x.RepositoryId, x.Folder });
                }
            );

            migrationBuilder.CreateTable(
                name: "condemned",
                columns: table => new
                {
                    InstanceId = table.Column<string>(type: "TEXT", nullable: false),
                    RecordNumber = table.Column<long>(type: "INTEGER", nullable: false),
                    BootId = table.Column<string>(type: "TEXT", nullable: false),
                    BootTime = table.Column<long>(type: "INTEGER", nullable: false),
                    SeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_condemned", x => new { x.InstanceId, x.RecordNumber });
                }
            );

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Definition = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "kept_passwords",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "TEXT", nullable: false),
                    RepositoryId = table.Column<string>(type: "TEXT", nullable: false),
                    BackupId = table.Column<string>(type: "TEXT", nullable: false),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    KeptAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_kept_passwords",
                        x => new
                        {
                            x.JobId,
                            x.RepositoryId,
                            x.BackupId,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "log_heads",
                columns: table => new
                {
                    InstanceId = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    KeyGeneration = table.Column<int>(type: "INTEGER", nullable: false),
                    KeyCheck = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_heads", x => x.InstanceId);
                }
            );

            migrationBuilder.CreateTable(
                name: "machines",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Disks = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_machines", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "points",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    RepositoryId = table.Column<string>(type: "TEXT", nullable: false),
                    Folder = table.Column<string>(type: "TEXT", nullable: false),
                    MachineId = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_points",
                        x => new
                        {
                            x.Id,
                            x.RepositoryId,
                            x.Folder,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "repositories",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Location = table.Column<string>(type: "TEXT", nullable: false),
                    AddedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Traits = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_repositories", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    JobId = table.Column<string>(type: "TEXT", nullable: false),
                    Job = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RunBy = table.Column<string>(type: "TEXT", nullable: true),
                    Message = table.Column<string>(type: "TEXT", nullable: true),
                    PointsRemoved = table.Column<int>(type: "INTEGER", nullable: false),
                    BytesCondemned = table.Column<long>(type: "INTEGER", nullable: false),
                    BytesReclaimed = table.Column<long>(type: "INTEGER", nullable: false),
                    BytesRead = table.Column<long>(type: "INTEGER", nullable: false),
                    BytesTransferred = table.Column<long>(type: "INTEGER", nullable: false),
                    BytesWritten = table.Column<long>(type: "INTEGER", nullable: false),
                    Bottleneck = table.Column<string>(type: "TEXT", nullable: true),
                    RemovedPoints = table.Column<string>(type: "TEXT", nullable: false),
                    Tasks = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.Id);
                }
            );

            migrationBuilder.CreateIndex(name: "IX_jobs_Name", table: "jobs", column: "Name", unique: true);

            migrationBuilder.CreateIndex(name: "IX_machines_Name", table: "machines", column: "Name", unique: true);

            migrationBuilder.CreateTable(
                name: "verifications",
                columns: table => new
                {
                    InstanceId = table.Column<string>(type: "TEXT", nullable: false),
                    RepositoryId = table.Column<string>(type: "TEXT", nullable: false),
                    Contents = table.Column<string>(type: "TEXT", nullable: false),
                    Checksums = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_verifications", x => new { x.InstanceId, x.RepositoryId });
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_points_RepositoryId_Folder",
                table: "points",
                columns: new[] { "RepositoryId", "Folder" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_repositories_Name",
                table: "repositories",
                column: "Name",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_sessions_JobId_StartedAt",
                table: "sessions",
                columns: new[] { "JobId", "StartedAt" }
            );

            migrationBuilder.CreateIndex(name: "IX_sessions_StartedAt", table: "sessions", column: "StartedAt");

            // What SqliteCatalog reads to know that nothing is to be done; every migration raises it by one.
            migrationBuilder.Sql("PRAGMA user_version = 1;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "announced_fulls");

            migrationBuilder.DropTable(name: "backups");

            migrationBuilder.DropTable(name: "condemned");

            migrationBuilder.DropTable(name: "jobs");

            migrationBuilder.DropTable(name: "kept_passwords");

            migrationBuilder.DropTable(name: "log_heads");

            migrationBuilder.DropTable(name: "machines");

            migrationBuilder.DropTable(name: "points");

            migrationBuilder.DropTable(name: "repositories");

            migrationBuilder.DropTable(name: "sessions");

            migrationBuilder.DropTable(name: "verifications");
        }
    }
}
