using System.Globalization;
using System.Text;
using Longhaul.Format.Seeds;

namespace Longhaul.Jobs.Seeding;

/// <summary>The sheet on a carried disk: what it is, for whoever finds or receives it.</summary>
internal static class SeedSheet
{
    /// <summary>Writes the sheet of one part.</summary>
    /// <param name="list">The seed.</param>
    /// <param name="part">The part, from 1.</param>
    /// <returns>UTF-8 text.</returns>
    internal static byte[] Of(SeedList list, int part)
    {
        const int MostMachines = 200;
        var text = new StringBuilder();
        Line(text, $"Longhaul seed '{list.Name}'");
        Line(text, $"");
        Line(
            text,
            $"This folder is {(list.Parts == 1 ? "a whole seed" : $"part {part} of {list.Parts} of a seed")}: the first"
        );
        Line(text, $"copy of machine backups on its way to another repository. Keep its files as they are.");
        Line(text, $"");
        Line(text, $"  made       {list.CreatedAt:yyyy-MM-dd HH:mm} UTC");
        Line(text, $"  backup id  {list.Backup}");
        Line(text, $"  size       {list.SizeBytes} bytes in {list.Files.Count} files");
        var mine = list.Files.Where(file => file.Part == part).ToArray();
        Line(text, $"  this part  {mine.Sum(file => file.Length)} bytes in {mine.Length} files");
        Line(
            text,
            $"  encrypted  {(list.Encrypted ? "yes: without its password nobody can read it; names are sealed too" : "no: whoever has it can read it")}"
        );
        Line(text, $"");
        Line(text, $"Machines and their restore points (UTC):");
        Line(text, $"");
        foreach (var machine in list.Machines.Take(MostMachines))
        {
            Line(text, $"  {machine.DisplayName}");
            foreach (var point in machine.Points)
            {
                Line(text, $"    {point.CreatedAt:yyyy-MM-dd HH:mm:ss}  {point.Id}");
            }
        }

        Line(
            text,
            list.Machines.Count > MostMachines
                ? $"  and {list.Machines.Count - MostMachines} more; seed.json has all"
                : (FormattableString)$""
        );
        Line(text, $"");
        Line(text, $"On arrival, with {(list.Parts == 1 ? "this folder" : "the folders of all parts")}:");
        Line(text, $"");
        Line(text, $"  longhaul seed check FOLDER...");
        Line(text, $"  longhaul seed receive FOLDER... --repository REPOSITORY");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
