using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Mapping;
using Xunit;

namespace Longhaul.Cli.Tests;

/// <summary>The factories of errors, the table of exit codes and docs/errors.md say the same.</summary>
public sealed partial class ExitCodeTableTests
{
    public static TheoryData<string> Codes => [.. AllCodes()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_an_exit_code_and_the_document_says_the_same(string code)
    {
        var exitCode = ExitCodeTable.Find(code);

        Assert.True(exitCode is not null, $"{code} is not in the table");
        Assert.True(Documented().TryGetValue(code, out var documented), $"docs/errors.md does not list {code}");
        Assert.Equal(exitCode, documented);
    }

    [Fact]
    public void The_document_lists_nothing_that_cannot_be_reported() =>
        Assert.Empty(Documented().Keys.Except(AllCodes()));

    [Fact]
    public void An_unknown_code_is_a_failure() => Assert.Equal(ExitCodes.Failed, ExitCodeTable.Of("nobody.knows"));

    [Theory]
    [InlineData("mapping.reverse-incremental", 3)]
    [InlineData("mapping.seed-locked", 7)]
    [InlineData("store.unreachable", 6)]
    [InlineData("data.damaged", 5)]
    [InlineData("backup.busy", 8)]
    [InlineData("usage.cancelled", 130)]
    public void The_contract_is_kept(string code, int exitCode) => Assert.Equal(exitCode, ExitCodeTable.Of(code));

    private static SortedSet<string> AllCodes()
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var factory in Factories())
        {
            codes.UnionWith(CodesOf(factory));
        }

        codes.UnionWith(
            typeof(MappingCodes)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.IsLiteral)
                .Select(field => (string)field.GetRawConstantValue()!)
        );
        return codes;
    }

    private static IEnumerable<MethodInfo> Factories() =>
        typeof(Errors)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(LonghaulException));

    private static IEnumerable<string> CodesOf(MethodInfo factory)
    {
        // A refused mapping has the code of its first check: MappingCodes lists them.
        if (factory.Name == nameof(Errors.MappingRefused))
        {
            return [];
        }

        object?[] arguments = [.. factory.GetParameters().Select(Sample)];
        return [((LonghaulException)factory.Invoke(null, arguments)!).Code];
    }

    private static object? Sample(ParameterInfo parameter) =>
        Type.GetTypeCode(parameter.ParameterType) switch
        {
            TypeCode.String => "x",
            TypeCode.Int32 => 1,
            TypeCode.Int64 => 1L,
            TypeCode.Boolean => true,
            _ when parameter.ParameterType == typeof(Exception) => new IOException("x"),
            _ when parameter.ParameterType == typeof(RestorePoint) => Point(),
            _ when typeof(IEnumerable<string>).IsAssignableFrom(parameter.ParameterType) => new[] { "x" },
            _ => Activator.CreateInstance(parameter.ParameterType),
        };

    private static RestorePoint Point() =>
        new()
        {
            Id = PointId.New(),
            MachineId = MachineId.New(),
            Sequence = 1,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = PointKind.Full,
            Root = Digest.Of([1]),
            Disks = [],
            Job = JobId.New(),
            WrittenBy = BackupOrigin.Backup,
        };

    private static Dictionary<string, int> Documented() =>
        File.ReadLines(Path.Combine(Root(), "docs", "errors.md"))
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .ToDictionary(
                match => match.Groups["code"].Value,
                match => int.Parse(match.Groups["exit"].Value, CultureInfo.InvariantCulture)
            );

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Longhaul.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of a checkout.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| `(?<code>[a-z]+\.[a-z-]+)` \| (?<exit>\d+) \|")]
    private static partial Regex Row();
}
