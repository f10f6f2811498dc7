using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Testing.Stores;

/// <summary>Reads stores as tests want to see them.</summary>
public static class StoreReading
{
    extension(IObjectStore store)
    {
        /// <summary>All bytes of an object that must be there.</summary>
        public async Task<byte[]> ContentAsync(string name)
        {
            var token = TestContext.Current.CancellationToken;
            var length = await store.GetLengthAsync(name, token);
            Assert.NotNull(length);
            var content = new byte[length.Value];
            Assert.Equal(content.Length, await store.ReadAsync(name, 0, content, token));
            return content;
        }

        /// <summary>The names of a listing, as they came.</summary>
        public async Task<List<string>> NamesAsync(string folder)
        {
            var token = TestContext.Current.CancellationToken;
            return await store.ListAsync(folder, token).Select(item => item.Name).ToListAsync(token);
        }
    }
}
