using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Output;

/// <summary>The two shapes in which people read results: a table of things, and the facts of one thing.</summary>
internal static class PeopleTables
{
    /// <summary>A table with one row per thing.</summary>
    /// <param name="columns">Titles; those beginning with <c>&gt;</c> are numbers and stand to the right.</param>
    /// <param name="rows">As many texts as there are columns; null for nothing.</param>
    /// <param name="whenEmpty">What is said instead of an empty table.</param>
    public static IRenderable Things(
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string?>> rows,
        string whenEmpty
    )
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (var title in columns)
        {
            var column = new TableColumn(new Text(title.TrimStart('>'), new Style(decoration: Decoration.Bold)));
            table.AddColumn(title.StartsWith('>') ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell ?? "-")));
        }

        return table.Rows.Count == 0 ? new Text(whenEmpty + "\n") : table;
    }

    /// <summary>The facts of one thing, one a line.</summary>
    /// <param name="facts">Titles and texts; those without a text are left out.</param>
    public static IRenderable Facts(params IReadOnlyList<(string Title, string? Text)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn();
        foreach (var (title, text) in facts.Where(fact => fact.Text is not null))
        {
            grid.AddRow(new Text(title, new Style(decoration: Decoration.Bold)), new Text(text!));
        }

        return grid;
    }
}
