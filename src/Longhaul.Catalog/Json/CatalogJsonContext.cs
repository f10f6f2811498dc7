using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Verifying;

namespace Longhaul.Catalog.Json;

/// <summary>How the catalog's records are written where they are kept as text: columns, configuration files, logs.</summary>
/// <remarks>Unknown members are ignored, so that an older program reads what a newer one wrote.</remarks>
/// <threadsafety>Immutable.</threadsafety>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [
        typeof(IdJsonConverter<Backup>),
        typeof(IdJsonConverter<Instance>),
        typeof(IdJsonConverter<Segment>),
        typeof(IdJsonConverter<RestorePoint>),
        typeof(IdJsonConverter<Repository>),
        typeof(IdJsonConverter<Machine>),
        typeof(IdJsonConverter<JobDefinition>),
        typeof(IdJsonConverter<Session>),
        typeof(DigestJsonConverter),
        typeof(ByteSizeJsonConverter),
    ]
)]
[JsonSerializable(typeof(JobDefinition))]
[JsonSerializable(typeof(IReadOnlyList<MachineDisk>))]
[JsonSerializable(typeof(IReadOnlyList<SessionTask>))]
[JsonSerializable(typeof(IReadOnlyList<RemovedPoint>), TypeInfoPropertyName = "RemovedPoints")]
[JsonSerializable(typeof(IReadOnlyList<CachedChain>))]
[JsonSerializable(typeof(IReadOnlyList<SegmentCheck>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(StoreTraits))]
[JsonSerializable(typeof(Configuration))]
[JsonSerializable(typeof(RepositoryEntry))]
[JsonSerializable(typeof(Machine))]
[SuppressMessage("Maintainability", "CA1506", Justification = "The coupling is in generated code.")]
public sealed partial class CatalogJsonContext : JsonSerializerContext;
