namespace Longhaul.Core.Retention;

/// <summary>The long-term rules (grandfather, father, son): one point of each period is kept.</summary>
public enum GfsTier
{
    /// <summary>Weeks by ISO 8601: they begin on Monday.</summary>
    Weekly = 1,

    /// <summary>Months of the calendar.</summary>
    Monthly = 2,

    /// <summary>Quarters, from January, April, July and October.</summary>
    Quarterly = 3,

    /// <summary>Years of the calendar.</summary>
    Yearly = 4,
}
