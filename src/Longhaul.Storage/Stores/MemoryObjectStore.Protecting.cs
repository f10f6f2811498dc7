namespace Longhaul.Storage.Stores;

public sealed partial class MemoryObjectStore : IObjectProtection
{
    /// <inheritdoc/>
    public IObjectProtection Protection => this;

    ValueTask<string?> IObjectProtection.FindObstacleAsync(CancellationToken cancellationToken) => new((string?)null);

    ValueTask<bool?> IObjectProtection.IsProtectedAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_state.Objects.ContainsKey(name) ? _state.Protected.Contains(name) : null);
        }
    }

    ValueTask<bool> IObjectProtection.ProtectAsync(string name, CancellationToken cancellationToken) =>
        SetProtected(name, isProtected: true, cancellationToken);

    ValueTask<bool> IObjectProtection.UnprotectAsync(string name, CancellationToken cancellationToken) =>
        SetProtected(name, isProtected: false, cancellationToken);

    private ValueTask<bool> SetProtected(string name, bool isProtected, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_state.Objects.ContainsKey(name))
            {
                return new(false);
            }

            var names = _state.Protected;
            _state = _state with { Protected = isProtected ? names.Add(name) : names.Remove(name) };
            return new(true);
        }
    }
}
