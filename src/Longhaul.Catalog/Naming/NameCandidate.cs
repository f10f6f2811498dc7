namespace Longhaul.Catalog.Naming;

/// <summary>A thing that a name or an id may mean.</summary>
/// <typeparam name="T">What is looked up.</typeparam>
/// <param name="Value">The thing.</param>
/// <param name="Id">Its id, 32 lower-case hex digits.</param>
/// <param name="Name">Its name; null for a thing without one (a session, a point).</param>
/// <param name="Repository">Name of the repository it lies in; null for a thing outside of any.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record NameCandidate<T>(T Value, string Id, string? Name, string? Repository)
{
    /// <summary>What tells it apart from the others: <c>REPOSITORY/NAME</c>, or the name, or the id.</summary>
    public string Label =>
        (Repository, Name) switch
        {
            ({ } repository, { } name) => $"{repository}/{name}",
            (null, { } name) => name,
            _ => Id,
        };
}
