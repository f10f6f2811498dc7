using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Homes;

/// <summary>The home's key file: what the passwords in the catalog that are kept for later runs are sealed under.</summary>
/// <remarks>32 random bytes, mode 0600, made when the first password is kept. Who has it and the catalog has the passwords; the
/// catalog alone gives nothing away.</remarks>
/// <param name="path">The file's path.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class PasswordKeyFile(string path)
{
    /// <summary>The file's path.</summary>
    public string Path => path;

    /// <summary>Reads the key.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="LonghaulException">password.key-file: it is not its owner's alone, or no key; store errors.</exception>
    public KeepingKey? Find() =>
        PrivateFile.Find(path, KeepingKey.Size, Errors.PasswordKeyFile) is { } bytes ? new KeepingKey(bytes) : null;

    /// <summary>Reads the key, or makes one: durable before this returns.</summary>
    /// <exception cref="LonghaulException">password.key-file; store errors.</exception>
    public KeepingKey FindOrCreate()
    {
        if (Find() is { } key)
        {
            return key;
        }

        // Another process may make it at this moment: whoever comes second takes the first one's.
        _ = PrivateFile.TryCreate(path, KeepingKey.NewBytes());
        return Find() ?? throw Errors.PasswordKeyFile(path, "it vanished as it was made", "Try again.");
    }
}
