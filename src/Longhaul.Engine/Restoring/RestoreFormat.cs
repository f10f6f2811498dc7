namespace Longhaul.Engine.Restoring;

/// <summary>What kind of file a disk is restored to.</summary>
public enum RestoreFormat
{
    /// <summary>A sparse raw file.</summary>
    Raw,

    /// <summary>A qcow2 image.</summary>
    Qcow2,
}
