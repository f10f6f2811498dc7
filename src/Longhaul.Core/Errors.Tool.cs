namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>tool.missing: a program or library that this needs is not installed.</summary>
    /// <param name="name">Its file name, such as <c>qemu-nbd</c>.</param>
    /// <param name="package">Debian's package that has it.</param>
    /// <param name="cause">The loader's error, if there was one.</param>
    public static LonghaulException ToolMissing(string name, string package, Exception? cause = null) =>
        new(
            "tool.missing",
            Retry.AfterOperator,
            $"{name} is not installed; disk images that are not raw need it",
            $"Install it: on Debian, 'apt-get install {package}'.",
            cause,
            new Dictionary<string, object?> { ["tool"] = name, ["package"] = package }
        );
}
