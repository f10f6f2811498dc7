namespace Longhaul.Storage.Tests.Exploring;

/// <summary>One store call that an actor is about to make, as far as others can notice it.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The object, or the folder that is listed.</param>
internal readonly record struct StoreStep(StoreStepKind Kind, string Name)
{
    /// <summary>Whether the order of two calls can make a difference to anybody.</summary>
    public bool DependsOn(StoreStep other) =>
        (Kind, other.Kind) switch
        {
            (StoreStepKind.Change, StoreStepKind.Change) => Name == other.Name,
            (StoreStepKind.Change, StoreStepKind.Read) => Name == other.Name,
            (StoreStepKind.Change, StoreStepKind.List) => Name.StartsWith(other.Name, StringComparison.Ordinal),
            (_, StoreStepKind.Change) => other.DependsOn(this),
            _ => false,
        };
}

/// <summary>What a store call does.</summary>
internal enum StoreStepKind
{
    /// <summary>Looks at one object.</summary>
    Read = 1,

    /// <summary>Lists a folder.</summary>
    List = 2,

    /// <summary>Makes an object appear, begin or go.</summary>
    Change = 3,
}
