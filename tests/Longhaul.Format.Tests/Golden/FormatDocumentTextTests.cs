using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Tests.Golden;

/// <summary>Compares what docs/format.md says beside its tables: magic numbers, dumps, names of tests.</summary>
public sealed partial class FormatDocumentTextTests
{
    private static readonly string[] s_document = File.ReadAllLines(
        Path.Combine(AppContext.BaseDirectory, "format.md")
    );

    [Fact]
    public void Magic_numbers_come_from_the_strings_beside_them()
    {
        var text = string.Join('\n', s_document);
        var documented = MagicOf().Matches(text);
        foreach (Match match in documented)
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes(match.Groups[1].Value));
            Assert.Equal(Hex(hash.AsSpan(0, 8)), match.Groups[2].Value.Replace(" ", "", StringComparison.Ordinal));
        }

        var constants = typeof(Magic)
            .GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => Big((ulong)field.GetRawConstantValue()!));
        Assert.Equal(
            constants.Order(),
            documented
                .Select(match => match.Groups[2].Value.Replace(" ", "", StringComparison.Ordinal))
                .Distinct()
                .Order()
        );
    }

    [Fact]
    public void Annotated_dumps_are_the_golden_files()
    {
        foreach (var name in new[] { "segment", "point", "record" })
        {
            var dump = s_document
                .SkipWhile(line => line != $"### {name}.hex")
                .SkipWhile(line => line != "```")
                .Skip(1)
                .TakeWhile(line => line != "```")
                .Select(line => line[..Math.Min(line.Length, 10 + 47)].TrimEnd());
            Assert.Equal(GoldenFile.LinesOf(name), dump);
        }
    }

    [Fact]
    public void Tests_that_the_document_names_exist()
    {
        var known = typeof(FormatDocumentTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => method.Name).Append(type.Name))
            .ToHashSet(StringComparer.Ordinal);
        var named = s_document
            .SkipWhile(line => line != "## Invariants")
            .TakeWhile(line => line != "## Conventions")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => NameOf().Matches(line).Select(match => match.Groups[1].Value.Split('.')[^1]))
            .ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, known));
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Big(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    [GeneratedRegex("""SHA-256\("([^"]+)"\)\[0\.\.8\] = `([0-9a-f ]+)`""")]
    private static partial Regex MagicOf();

    [GeneratedRegex("`([A-Za-z_0-9.]+)`")]
    private static partial Regex NameOf();
}
