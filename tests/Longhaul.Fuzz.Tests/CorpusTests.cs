using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Longhaul.Fuzz.Tests;

/// <summary>Runs every target on its committed corpus, and on what a fixed seed makes of it. A crash that afl++ finds becomes a
/// test by being put into the corpus.</summary>
public sealed class CorpusTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Mutations of each target in a build; <c>LONGHAUL_FUZZ_ROUNDS</c> for more.</summary>
    private static readonly int s_rounds = int.Parse(
        Environment.GetEnvironmentVariable("LONGHAUL_FUZZ_ROUNDS") ?? "2000",
        System.Globalization.CultureInfo.InvariantCulture
    );

    /// <summary>No input takes as long on the slowest machine, and one that hangs takes longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Fact]
    public void Every_target_has_a_corpus_and_every_corpus_a_target() =>
        Assert.Equal(
            FuzzTargets.All.Keys.Order(StringComparer.Ordinal),
            Directory.GetDirectories(Corpus()).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_corpus_is_read_or_refused(string target)
    {
        foreach (var (name, input) in Inputs(target))
        {
            Run(target, input, name);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void What_is_made_of_the_corpus_is_read_or_refused(string target)
    {
        var inputs = Inputs(target).Select(pair => pair.Input).ToArray();
        var mutator = new Mutator(inputs, new Random(20261130));
        for (var round = 0; round < s_rounds; round++)
        {
            Run(target, mutator.Next(), $"round {round}");
        }

        output.WriteLine($"{s_rounds} mutations of {inputs.Length} inputs");
    }

    public void Dispose() => SharedFile.Delete();

    private static void Run(string target, byte[] input, string name)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            FuzzTargets.All[target].Run(input);
        }
        catch (Exception error)
        {
            var file = Path.Combine(Path.GetTempPath(), $"longhaul-fuzz-{target}");
            File.WriteAllBytes(file, input);
            throw new InvalidOperationException($"{target}, {name}, kept as {file}: {error.Message}", error);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < s_patience, $"{target}, {name}, took too long");
    }

    private static IEnumerable<(string Name, byte[] Input)> Inputs(string target) =>
        Directory
            .GetFiles(Path.Combine(Corpus(), target))
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));

    private static string Corpus([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "fuzz", "corpus"));
}
