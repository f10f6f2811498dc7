namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>name.ambiguous: several things have that name, or an id that begins so.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    /// <param name="candidates">What it may mean, each in a form that is accepted, such as <c>REPOSITORY/NAME</c>.</param>
    public static LonghaulException NameAmbiguous(string name, IReadOnlyList<string> candidates) =>
        new(
            "name.ambiguous",
            Retry.AfterOperator,
            $"'{name}' may mean {string.Join(" or ", candidates)}",
            "Give one of these in full.",
            details: new Dictionary<string, object?> { ["name"] = name, ["candidates"] = candidates }
        );

    /// <summary>machine.not-found: no machine has that name or id.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException MachineNotFound(string name) =>
        new(
            "machine.not-found",
            Retry.AfterOperator,
            $"there is no machine '{name}'",
            "'longhaul machine list' lists the machines there are.",
            details: Naming(name)
        );

    /// <summary>repository.not-found: no repository has that name or id.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException RepositoryNotFound(string name) =>
        new(
            "repository.not-found",
            Retry.AfterOperator,
            $"there is no repository '{name}'",
            "'longhaul repository list' lists the repositories there are.",
            details: Naming(name)
        );

    /// <summary>session.not-found: no session has that id.</summary>
    /// <param name="name">What was asked for, as it was typed.</param>
    public static LonghaulException SessionNotFound(string name) =>
        new(
            "session.not-found",
            Retry.AfterOperator,
            $"there is no session '{name}'",
            "'longhaul session list' lists the sessions there are.",
            details: Naming(name)
        );
}
