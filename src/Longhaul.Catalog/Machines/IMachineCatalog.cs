using Longhaul.Core.Machines;

namespace Longhaul.Catalog.Machines;

/// <summary>Keeps the machines that were added.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IMachineCatalog
{
    /// <summary>Lists all of them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By name, in ordinal order.</returns>
    ValueTask<IReadOnlyList<Machine>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds one by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<Machine?> FindAsync(MachineId id, CancellationToken cancellationToken);

    /// <summary>Adds one, or replaces the one with its id.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Core.LonghaulException">machine.exists: another one has the name.</exception>
    ValueTask SaveAsync(Machine machine, CancellationToken cancellationToken);

    /// <summary>Forgets one; its restore points are not touched.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was none.</returns>
    ValueTask<bool> RemoveAsync(MachineId id, CancellationToken cancellationToken);
}
