namespace Longhaul.Cli.Interaction;

/// <summary>Everything between the program and who started it: documents, words, questions, surroundings.</summary>
/// <threadsafety>Writers may be used from any thread, one call at a time; the rest by one caller.</threadsafety>
internal interface IInteraction
{
    /// <summary>Standard output: documents and tables, nothing else.</summary>
    TextWriter Output { get; }

    /// <summary>Standard error: words for people, and progress.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person can be asked: standard input and standard error are terminals.</summary>
    bool CanAsk { get; }

    /// <summary>Whether standard output is a terminal.</summary>
    bool IsOutputTerminal { get; }

    /// <summary>Whether standard error is a terminal.</summary>
    bool IsErrorTerminal { get; }

    /// <summary>Columns that output may use: the terminal's, at least 40; very many in a pipe.</summary>
    int OutputWidth { get; }

    /// <summary>Columns that standard error may use, as <see cref="OutputWidth"/>.</summary>
    int ErrorWidth { get; }

    /// <summary>Reads an environment variable.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Null when it is not set, or empty.</returns>
    string? GetEnvironment(string name);

    /// <summary>Reads a line that a person types. Call only while <see cref="CanAsk"/>.</summary>
    /// <returns>Null when the input has ended.</returns>
    string? ReadLine();

    /// <summary>Asks for what must not be seen: nothing of it is shown as it is typed. Call only while
    /// <see cref="CanAsk"/>.</summary>
    /// <param name="prompt">What is asked for, on standard error.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    /// <returns>Null when nothing was typed.</returns>
    Task<string?> ReadSecretAsync(string prompt, CancellationToken cancellationToken);
}
