using System.Globalization;
using Longhaul.Catalog.Sessions;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Sessions;

/// <summary>Prints one session: for <c>session show</c>, and for a run that has ended.</summary>
internal static class SessionOutput
{
    /// <summary>Prints the session, whole.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="session">The session, with its tasks.</param>
    public static void PrintSession(this CommandContext context, SessionRecord session) =>
        context.Print(
            SessionDocument.Of(session, whole: true),
            CliJson.Context.SessionDocument,
            () =>
                new Rows(
                    PeopleTables.Facts([
                        ("Session", session.Id.ToString()),
                        ("Job", session.Job),
                        ("State", JsonWords.Of(session.State)),
                        ("Message", session.Message),
                        ("Started", InstantValue.FormatShort(session.StartedAt)),
                        ("Ended", session.EndedAt is { } ended ? InstantValue.FormatShort(ended) : null),
                        ("Points removed", Number(session.PointsRemoved)),
                        ("Condemned", SizeValue.Format(session.BytesCondemned)),
                        ("Reclaimed", SizeValue.Format(session.BytesReclaimed)),
                        ("Read", SizeValue.Format(session.BytesRead)),
                        ("Transferred", SizeValue.Format(session.BytesTransferred)),
                        ("Written", SizeValue.Format(session.BytesWritten)),
                        ("Bottleneck", session.Bottleneck),
                    ]),
                    Machines(session),
                    new Rows(
                        session.RemovedPoints.Select(point => new Text(
                            $"removed {point.Machine} {InstantValue.FormatShort(point.CreatedAt)} ({point.Rule})"
                        ))
                    )
                )
        );

    private static Spectre.Console.Rendering.IRenderable Machines(SessionRecord session) =>
        PeopleTables.Things(
            [
                "Machine",
                "State",
                "Kind",
                "Baseline",
                ">Changed",
                ">Delta",
                ">Known",
                ">Transferred",
                "Point",
                "Message",
            ],
            session.Tasks.Select(task =>
                (IReadOnlyList<string?>)
                    [
                        task.Machine,
                        JsonWords.Of(task.State),
                        task.Kind is { } kind ? JsonWords.Of(kind) : null,
                        task.BaselineFoundBy,
                        Number(task.BlocksChanged),
                        Number(task.BlocksDelta),
                        Number(task.BlocksKnown),
                        SizeValue.Format(task.BytesTransferred),
                        task.Point?.ToString()[..8],
                        task.Message,
                    ]
            ),
            "No machine was worked on."
        );

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
