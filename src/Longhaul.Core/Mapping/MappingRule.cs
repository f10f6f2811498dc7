namespace Longhaul.Core.Mapping;

/// <summary>One row of the table: a code and how it is judged.</summary>
/// <param name="Code">One of <see cref="MappingCodes"/>.</param>
/// <param name="Judge">Looks at the case; pure.</param>
internal sealed record MappingRule(string Code, Func<MappingCase, Finding> Judge);

/// <summary>What a rule found.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Message">One sentence that says what is.</param>
/// <param name="Hint">One sentence that says what to do; empty for ok.</param>
internal sealed record Finding(Verdict Verdict, string Message, string Hint)
{
    internal static Finding Ok(string message) => new(Verdict.Ok, message, "");

    internal static Finding Warning(string message, string hint) => new(Verdict.Warning, message, hint);

    internal static Finding Refused(string message, string hint) => new(Verdict.Refused, message, hint);
}
