using System.Reflection;
using System.Text.RegularExpressions;
using Longhaul.Core.Fulls;
using Longhaul.Core.Mapping;
using Longhaul.Core.Tests.Backups;
using Longhaul.Core.Tests.Mapping;
using Xunit;

namespace Longhaul.Core.Tests;

public sealed partial class ErrorsTests
{
    public static TheoryData<string> Factories =>
        [.. typeof(Errors).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Factories))]
    public void Every_error_has_a_code_a_message_and_a_hint(string factory)
    {
        var error = Make(factory);

        Assert.Matches(CodeShape(), error.Code);
        Assert.NotEmpty(error.Message);
        Assert.EndsWith(".", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_factories_share_a_code()
    {
        var codes = Factories.Select(row => Make(row.Data).Code).ToList();

        Assert.Equal(codes.Count, codes.Distinct().Count());
    }

    private static LonghaulException Make(string factory)
    {
        var method = typeof(Errors).GetMethod(factory)!;
        return (LonghaulException)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!;
    }

    private static object? Argument(ParameterInfo parameter) =>
        parameter.ParameterType switch
        {
            var type when type == typeof(string) => parameter.Name == "hint" ? "Do something." : "thing",
            var type when type == typeof(Exception) => new IOException("thing"),
            var type when type == typeof(IReadOnlyList<string>) => new List<string> { "a", "b" },
            var type when type == typeof(Core.Backups.RestorePoint) => Chains.Point(1),
            var type when type == typeof(MappingVerdict) => MappingJudge.Judge(Mappings.WithPoints("RF"), Mappings.Job),
            var type when type == typeof(FullReason) => FullReason.FirstCopy,
            { IsValueType: true } type when Nullable.GetUnderlyingType(type) is null => Activator.CreateInstance(type),
            _ => null,
        };

    [GeneratedRegex("^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$")]
    private static partial Regex CodeShape();
}
