namespace Longhaul.Core.Mapping;

/// <summary>One row of the table "May this backup seed this job?", judged.</summary>
/// <param name="Code">One of <see cref="MappingCodes"/>.</param>
/// <param name="Verdict">What the check says.</param>
/// <param name="Message">One sentence that says what is; also for ok.</param>
/// <param name="Hint">One sentence that says what to do; empty for ok.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MappingCheck(string Code, Verdict Verdict, string Message, string Hint);
