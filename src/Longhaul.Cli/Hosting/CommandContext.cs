using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Longhaul.Catalog;
using Longhaul.Cli.Interaction;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Passwords;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Hosting;

/// <summary>What a command is given: its line, the options, the catalog, and who to talk to.</summary>
/// <param name="line">The parsed line, without errors.</param>
/// <param name="options">What the global options said.</param>
/// <param name="interaction">Who started the program.</param>
/// <param name="catalog">The catalog of the home; not opened yet.</param>
/// <param name="timeProvider">The clock.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class CommandContext(
    ParseResult line,
    GlobalOptions options,
    IInteraction interaction,
    ICatalog catalog,
    TimeProvider timeProvider
) : IAsyncDisposable
{
    /// <summary>What the global options said.</summary>
    public GlobalOptions Options { get; } = options;

    /// <summary>Who started the program.</summary>
    public IInteraction Interaction { get; } = interaction;

    /// <summary>The catalog of the home.</summary>
    public ICatalog Catalog { get; } = catalog;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>Opens repositories where they lie.</summary>
    public RepositoryOpener Repositories { get; } = new(new LonghaulHome(options.Home).Mover, timeProvider);

    /// <summary>The passwords that were given.</summary>
    public Keyring Keyring { get; } =
        new(options.Passwords) { ToOpen = options.TypedToOpen, TypedForNew = options.TypedForNew };

    /// <summary>The instant now, UTC, in whole milliseconds.</summary>
    public DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Where days begin on this machine; UTC when that has no name that other machines understand.</summary>
    public string LocalTimeZone =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeProvider.LocalTimeZone.Id, out var zone) ? zone.Id : "UTC";

    /// <summary>Ends what the command has opened.</summary>
    public ValueTask DisposeAsync() => Repositories.DisposeAsync();

    /// <summary>Value of an argument that must be given.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="argument">An argument of the command.</param>
    public T Value<T>(Argument<T> argument) => line.GetRequiredValue(argument);

    /// <summary>Value of an option, or its default.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="option">An option of the command.</param>
    public T? Value<T>(Option<T> option) => line.GetValue(option);

    /// <summary>Whether an option stands on the line.</summary>
    /// <param name="option">An option of the command.</param>
    public bool IsGiven(Option option) => line.GetResult(option) is { Implicit: false };

    /// <summary>Prints the command's one document: as JSON if that is wanted, else for people.</summary>
    /// <typeparam name="T">The document's type.</typeparam>
    /// <param name="document">The document.</param>
    /// <param name="type">Out of <see cref="CliJson.Context"/>.</param>
    /// <param name="forPeople">Makes what people read; called only if it is wanted.</param>
    public void Print<T>(T document, JsonTypeInfo<T> type, Func<IRenderable> forPeople)
    {
        if (Options.Json)
        {
            CliJson.Write(Interaction.Output, document, type);
            return;
        }

        PeopleConsole.On(Interaction, Options.NoColor).Write(forPeople());
    }

    /// <summary>Says what was done, on standard error; nothing when that is not wanted.</summary>
    /// <param name="text">One sentence.</param>
    public void Say(string text)
    {
        if (!Options.Quiet && !Options.Json)
        {
            Interaction.Error.WriteLine(text);
        }
    }

    /// <summary>Says what a person should know, on standard error, also beside a JSON document.</summary>
    /// <param name="text">One sentence.</param>
    public void Warn(string text)
    {
        if (!Options.Quiet && Options.Log >= LogDetail.Warning)
        {
            Interaction.Error.WriteLine("warning: " + text);
        }
    }

    /// <summary>Asks before something is deleted.</summary>
    /// <param name="question">What is about to happen, ending in a question mark.</param>
    /// <remarks>Returns when the answer is yes; at once after --yes.</remarks>
    /// <exception cref="LonghaulException">usage.confirmation-needed: nobody can be asked; usage.declined: the answer is
    /// no.</exception>
    public void Confirm(string question)
    {
        if (Options.Yes)
        {
            return;
        }

        if (!Interaction.CanAsk)
        {
            throw Errors.UsageConfirmationNeeded(question);
        }

        Interaction.Error.Write($"{question} [y/N] ");
        if (Interaction.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw Errors.UsageDeclined(question);
        }
    }

    /// <summary>Asks as <see cref="Confirm"/> does, and where nobody is asked since --yes was given, says what was to be
    /// asked.</summary>
    /// <param name="question">What is about to happen, with a question in it.</param>
    public void ConfirmAloud(string question)
    {
        if (Options.Yes)
        {
            Say($"{question} Yes.");
        }

        Confirm(question);
    }
}
