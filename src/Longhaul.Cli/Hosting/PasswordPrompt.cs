using Longhaul.Cli.Interaction;
using Longhaul.Core;
using Longhaul.Core.Mapping;
using Longhaul.Format.Keys;

namespace Longhaul.Cli.Hosting;

/// <summary>Asks a person for the passwords that a command lacks: when none was given, none that is kept opens what is asked for,
/// and there is a terminal. With --json too, as every question: it stands on standard error.</summary>
/// <param name="interaction">Who is asked.</param>
/// <param name="options">What the line said.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class PasswordPrompt(IInteraction interaction, GlobalOptions options)
{
    private const int MostTries = 3;

    private string? _asked;
    private int _tries;

    /// <summary>What the line said, and what was typed since.</summary>
    public GlobalOptions Options { get; private set; } = options;

    /// <summary>Whether an error says that a password is lacking, and somebody can be asked for it.</summary>
    /// <param name="error">What the command ended with.</param>
    public bool Knows(LonghaulException error) =>
        Options.MayAskForPasswords && interaction.CanAsk && (IsForNew(error) || IsToOpen(error));

    /// <summary>Goes on without a password that nobody typed, where only a part of the work needs it.</summary>
    /// <param name="error">What was asked about.</param>
    /// <returns>False when nothing can be done without it: the error stands.</returns>
    public bool DoesWithout(LonghaulException error)
    {
        if (error.Details.GetValueOrDefault("without") is null)
        {
            return false;
        }

        Options = Options with { DoneWithout = [.. Options.DoneWithout, $"{error.Details["backup"]}"] };
        return true;
    }

    /// <summary>Asks.</summary>
    /// <param name="error">What the command ended with.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    /// <returns>False when nothing was typed, or the wrong thing three times: the error stands.</returns>
    public Task<bool> AskAsync(LonghaulException error, CancellationToken cancellationToken) =>
        IsForNew(error) ? AskForNewAsync(error, cancellationToken) : AskToOpenAsync(error, cancellationToken);

    private static bool IsForNew(LonghaulException error) => error.Code is "job.password" or "backup.password-needed";

    private static bool IsToOpen(LonghaulException error) =>
        error.Code is "backup.locked" or "repository.locked" or MappingCodes.SeedLocked;

    private async Task<bool> AskToOpenAsync(LonghaulException error, CancellationToken cancellationToken)
    {
        var what = $"{error.Details.GetValueOrDefault("backup") ?? error.Details.GetValueOrDefault("repository")}";
        if (what == _asked)
        {
            // It opened nothing: of no use for anything else either.
            Options = Options with
            {
                TypedToOpen = [.. Options.TypedToOpen.SkipLast(1)],
            };
            Say("That password does not open it.");
        }
        else
        {
            (_asked, _tries) = (what, 0);
            Say($"{error.Message.TrimEnd('.')}.");
        }

        if (_tries++ == MostTries || await ReadAsync("Password:", cancellationToken) is not { } typed)
        {
            return false;
        }

        Options = Options with { TypedToOpen = [.. Options.TypedToOpen, typed] };
        return true;
    }

    private async Task<bool> AskForNewAsync(LonghaulException error, CancellationToken cancellationToken)
    {
        if (Options.TypedForNew is not null)
        {
            return false;
        }

        Say($"{error.Message}. Whoever loses it loses the data.");
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (
                await ReadAsync("New password:", cancellationToken) is not { } first
                || await ReadAsync("The same again:", cancellationToken) is not { } second
            )
            {
                return false;
            }

            if (first.IsSame(second))
            {
                Options = Options with { TypedForNew = first };
                return true;
            }

            Say("The two are not the same.");
        }

        return false;
    }

    private void Say(string sentence) => interaction.Error.WriteLine(sentence);

    private async Task<Password?> ReadAsync(string prompt, CancellationToken cancellationToken) =>
        await interaction.ReadSecretAsync(prompt, cancellationToken) is { } text ? new Password(text) : null;
}
