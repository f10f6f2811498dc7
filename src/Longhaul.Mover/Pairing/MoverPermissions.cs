namespace Longhaul.Mover.Pairing;

/// <summary>What a peer may do in the repositories of a mover.</summary>
[Flags]
public enum MoverPermissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>List and read.</summary>
    Read = 1,

    /// <summary>Put what is not there yet, and take away what is no part of a restore point: leases, checkpoints, and objects that
    /// were not completed.</summary>
    Append = 2,

    /// <summary>Delete anything.</summary>
    Delete = 4,

    /// <summary>Set and lift protection.</summary>
    Admin = 8,
}
