namespace Longhaul.Storage.Stores;

/// <summary>An object as a listing shows it.</summary>
/// <param name="Name">Its whole name, from the store's top down.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct StoredObject(string Name, long Length);

/// <summary>How much room a store has.</summary>
/// <param name="FreeBytes">Bytes that can still be written.</param>
/// <param name="TotalBytes">Bytes in all.</param>
public readonly record struct StoreCapacity(long FreeBytes, long TotalBytes);
