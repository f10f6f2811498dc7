using Longhaul.Cli.Interaction;

namespace Longhaul.Cli.Tests;

/// <summary>Standard streams in memory, and a person whose answers are known beforehand.</summary>
internal sealed class FakeInteraction : IInteraction
{
    private readonly Queue<string> _answers = new();
    private readonly Queue<string> _secrets = new();

    public StringWriter Out { get; } = new() { NewLine = "\n" };

    public StringWriter Err { get; } = new() { NewLine = "\n" };

    public Dictionary<string, string> Variables { get; } = [];

    public TextWriter Output => Out;

    public TextWriter Error => Err;

    public bool CanAsk { get; set; }

    public bool IsOutputTerminal { get; set; }

    public bool IsErrorTerminal { get; set; }

    public int OutputWidth => 200;

    public int ErrorWidth => 100;

    /// <summary>What was asked for that must not be seen, in order.</summary>
    public List<string> Prompts { get; } = [];

    public void Type(params string[] secrets) => Array.ForEach(secrets, _secrets.Enqueue);

    public void Answer(string line) => _answers.Enqueue(line);

    public string? GetEnvironment(string name) => Variables.GetValueOrDefault(name);

    public string? ReadLine() => _answers.Count == 0 ? null : _answers.Dequeue();

    public Task<string?> ReadSecretAsync(string prompt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Prompts.Add(prompt);
        return Task.FromResult(_secrets.TryDequeue(out var typed) ? typed : null);
    }
}
