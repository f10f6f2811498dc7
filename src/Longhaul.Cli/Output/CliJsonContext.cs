using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Longhaul.Cli.Output;

/// <summary>Every document that a command prints with --json.</summary>
/// <threadsafety>Immutable.</threadsafety>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(UtcTimeJsonConverter)]
)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(HelpDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(CompletionDocument))]
[JsonSerializable(typeof(RemovedDocument))]
[JsonSerializable(typeof(ConfigSummaryDocument))]
[JsonSerializable(typeof(MachineDocument))]
[JsonSerializable(typeof(IReadOnlyList<MachineDocument>), TypeInfoPropertyName = "Machines")]
[JsonSerializable(typeof(RepositoryDocument))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryDocument>), TypeInfoPropertyName = "Repositories")]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(IReadOnlyList<JobDocument>), TypeInfoPropertyName = "Jobs")]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(IReadOnlyList<SessionDocument>), TypeInfoPropertyName = "Sessions")]
[JsonSerializable(typeof(LineDocument))]
[JsonSerializable(typeof(MoverServingDocument))]
[JsonSerializable(typeof(MoverInvitationDocument))]
[JsonSerializable(typeof(MoverPeerDocument))]
[JsonSerializable(typeof(IReadOnlyList<MoverPeerDocument>), TypeInfoPropertyName = "MoverPeers")]
[SuppressMessage("Maintainability", "CA1506", Justification = "The coupling is in generated code.")]
internal sealed partial class CliJsonContext : JsonSerializerContext;
