using CsCheck;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Core.Tests.Retention;

/// <summary>Makes policies for tests.</summary>
internal static class Policies
{
    public static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static readonly Gen<RetentionPolicy> Any = Gen.Select(
            Gen.Int[1, 6],
            Gen.Int[0, 8],
            Gen.Int[0, 4],
            Gen.Int[0, 4],
            Gen.Int[0, 3],
            Gen.Int[0, 2],
            Gen.Enum<BackupMethod>()
        )
        .Select(
            (last, days, weekly, monthly, quarterly, yearly, method) =>
                new RetentionPolicy
                {
                    Last = last,
                    Days = days,
                    Weekly = weekly,
                    Monthly = monthly,
                    Quarterly = quarterly,
                    Yearly = yearly,
                    Method = method,
                    Zone = Berlin,
                }
        );

    public static RetentionPolicy Of(int last, BackupMethod method = BackupMethod.ForeverForward) =>
        new() { Last = last, Method = method };
}
