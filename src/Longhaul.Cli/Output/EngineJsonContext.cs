using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Longhaul.Cli.Output;

/// <summary>The documents of the commands that touch repositories.</summary>
/// <threadsafety>Immutable.</threadsafety>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(UtcTimeJsonConverter)]
)]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(IReadOnlyList<BackupDocument>), TypeInfoPropertyName = "Backups")]
[JsonSerializable(typeof(PointDocument))]
[JsonSerializable(typeof(IReadOnlyList<PointDocument>), TypeInfoPropertyName = "Points")]
[JsonSerializable(typeof(VerdictDocument))]
[JsonSerializable(typeof(IReadOnlyList<VerdictDocument>), TypeInfoPropertyName = "Verdicts")]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(RetentionDocument))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(RepairDocument))]
[JsonSerializable(typeof(ComparisonCheckDocument))]
[JsonSerializable(typeof(RescanDocument))]
[JsonSerializable(typeof(ReclaimDocument))]
[JsonSerializable(typeof(BackupChangeDocument))]
[JsonSerializable(typeof(UnmapDocument))]
[JsonSerializable(typeof(PinnedPointDocument))]
[JsonSerializable(typeof(DeletedPointDocument))]
[JsonSerializable(typeof(DeletedBackupDocument))]
[JsonSerializable(typeof(ConvertDocument))]
[JsonSerializable(typeof(EncryptedBackupDocument))]
[JsonSerializable(typeof(PasswordsDocument))]
[JsonSerializable(typeof(CreatedSeedDocument))]
[JsonSerializable(typeof(CheckedSeedDocument))]
[JsonSerializable(typeof(ReceivedSeedDocument))]
[JsonSerializable(typeof(UnlockDocument))]
[JsonSerializable(typeof(ImageSeedDocument))]
[SuppressMessage("Maintainability", "CA1506", Justification = "The coupling is in generated code.")]
internal sealed partial class EngineJsonContext : JsonSerializerContext;
