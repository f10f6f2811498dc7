namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>usage.invalid: the command line or a request cannot be understood.</summary>
    /// <param name="what">What is wrong, as a sentence without its full stop.</param>
    /// <param name="hint">What to do; null for a pointer to the help.</param>
    public static LonghaulException UsageInvalid(string what, string? hint = null) =>
        new("usage.invalid", Retry.Never, what, hint ?? "Run the command with --help to see how it is used.");

    /// <summary>usage.confirmation-needed: something would be deleted, and nobody is there to be asked.</summary>
    /// <param name="question">What would have been asked.</param>
    public static LonghaulException UsageConfirmationNeeded(string question) =>
        new(
            "usage.confirmation-needed",
            Retry.Never,
            $"not confirmed: {question}",
            "Give --yes to say so beforehand.",
            details: new Dictionary<string, object?> { ["question"] = question }
        );

    /// <summary>usage.declined: a person was asked, and said no.</summary>
    /// <param name="question">What was asked.</param>
    public static LonghaulException UsageDeclined(string question) =>
        new(
            "usage.declined",
            Retry.Never,
            $"nothing was done, the answer was no: {question}",
            "Run it again and answer y, or give --yes.",
            details: new Dictionary<string, object?> { ["question"] = question }
        );

    /// <summary>usage.cancelled: a person ended the command.</summary>
    public static LonghaulException UsageCancelled() =>
        new("usage.cancelled", Retry.Later, "cancelled", "Run it again: what was committed stays.");

    /// <summary>internal.error: a mistake in the program.</summary>
    /// <param name="cause">What was thrown.</param>
    public static LonghaulException InternalError(Exception cause) =>
        new(
            "internal.error",
            Retry.Never,
            $"the program made a mistake: {cause.Message}",
            "Please report this; run the command again with --log-level debug to see where it happened.",
            cause,
            new Dictionary<string, object?> { ["exception"] = cause.GetType().FullName }
        );

    /// <summary>file.unreadable: a file named on the command line cannot be read or written.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="cause">What the system said.</param>
    public static LonghaulException FileUnreadable(string file, Exception cause) =>
        new(
            "file.unreadable",
            Retry.AfterOperator,
            $"{file} cannot be read or written: {cause.Message}",
            "Check the path, and who may read or write there.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );

    /// <summary>config.invalid: a configuration file is none, or contradicts itself.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="what">What is wrong, as a short clause.</param>
    /// <param name="cause">What the decoder threw, if it did.</param>
    public static LonghaulException ConfigInvalid(string file, string what, Exception? cause = null) =>
        new(
            "config.invalid",
            Retry.Never,
            $"{file} is not a usable configuration: {what}",
            "Give a file that 'longhaul config export' wrote; nothing was imported.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );

    /// <summary>statement.invalid: a file is no statement of <c>backup compare</c>.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="what">What is wrong, as a short clause.</param>
    /// <param name="cause">What the decoder threw, if it did.</param>
    public static LonghaulException StatementInvalid(string file, string what, Exception? cause = null) =>
        new(
            "statement.invalid",
            Retry.Never,
            $"{file} is no statement that can be checked: {what}",
            "Give a file that 'longhaul backup compare A B --to FILE' wrote.",
            cause,
            new Dictionary<string, object?> { ["file"] = file }
        );
}
