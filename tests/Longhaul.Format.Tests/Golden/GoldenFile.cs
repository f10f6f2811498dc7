using System.Globalization;
using System.Text;

namespace Longhaul.Format.Tests.Golden;

/// <summary>Hex dumps that are committed, 16 bytes a line.</summary>
internal static class GoldenFile
{
    public static void Compare(string name, byte[] bytes)
    {
        var hex = Hex(bytes);
        Assert.True(File.Exists(PathOf(name)), $"{name}.hex is missing; what was written now is\n{hex}");
        Assert.Equal(File.ReadAllText(PathOf(name)), hex);
    }

    public static byte[] Load(string name) =>
        Convert.FromHexString(
            string.Concat(
                File.ReadLines(PathOf(name)).Select(line => line[10..].Replace(" ", "", StringComparison.Ordinal))
            )
        );

    public static string[] LinesOf(string name) => File.ReadAllLines(PathOf(name));

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name + ".hex");

    private static string Hex(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (var (row, index) in bytes.Chunk(16).Select((row, index) => (row, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{16 * index:x8}  ");
            text.AppendJoin(' ', row.Select(value => value.ToString("x2", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }
}
