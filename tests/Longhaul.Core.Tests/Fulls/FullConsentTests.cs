using Longhaul.Core.Fulls;
using Longhaul.Core.Mapping;
using Xunit;

namespace Longhaul.Core.Tests.Fulls;

public sealed class FullConsentTests
{
    private static readonly MachineId s_web = MachineId.New();
    private static readonly MachineId s_db = MachineId.New();
    private static readonly FullConsentFacts s_nothing = new("offsite", false, false, []);

    [Fact]
    public void An_unannounced_full_is_refused_with_its_reason_and_bytes()
    {
        var error = FullConsent.Refusal(Need(FullReason.BackupGone), s_nothing);

        Assert.Equal("copy.full-unannounced", error?.Code);
        Assert.Contains("no longer there", error!.Message, StringComparison.Ordinal);
        Assert.Equal(4096L, error.Details["bytes"]);
        Assert.Contains("longhaul job run offsite --full", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_that_was_asked_for_is_announced() => Allowed(s_nothing with { FullAsked = true });

    [Fact]
    public void The_first_run_of_an_unmapped_job_is_announced() => Allowed(s_nothing with { FirstRunUnmapped = true });

    [Fact]
    public void A_full_that_a_plan_showed_is_announced() =>
        Allowed(s_nothing with { Announced = [new(s_web, FullReason.BackupGone)] });

    [Fact]
    public void A_plan_announces_no_full_of_another_machine_or_for_another_reason()
    {
        var consent = s_nothing with
        {
            Announced = [new(s_db, FullReason.BackupGone), new(s_web, FullReason.FirstCopy)],
        };

        Assert.NotNull(FullConsent.Refusal(Need(FullReason.BackupGone), consent));
    }

    [Fact]
    public void A_verdict_announces_the_machines_that_the_seed_lacks_and_no_others()
    {
        var verdict = new MappingVerdict
        {
            BackupId = BackupId.New(),
            Backup = "seed",
            Checks = [],
            Machines =
            [
                new(s_web, "web", null, null, null, null),
                // Found by name, and not the same machine: that full needs consent of its own.
                new(s_db, "db", MachineId.New(), "db", MatchedBy.Name, null),
            ],
            ForeignMachines = [],
            PointsToRemove = [],
            PointsToPin = [],
        };

        Assert.Equal([new(s_web, FullReason.FirstCopy)], FullConsent.AnnouncedBy(verdict));
    }

    [Fact]
    public void Every_reason_has_words_of_its_own() =>
        Assert.Equal(
            Enum.GetValues<FullReason>().Length,
            Enum.GetValues<FullReason>().Select(FullConsent.Describe).Distinct().Count()
        );

    private static FullNeed Need(FullReason reason) => new(s_web, "web", reason, 4096);

    private static void Allowed(FullConsentFacts consent) =>
        Assert.Null(FullConsent.Refusal(Need(FullReason.BackupGone), consent));
}
