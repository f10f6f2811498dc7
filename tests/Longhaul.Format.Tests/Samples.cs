using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests;

/// <summary>Things that several tests need, all of them the same in every run.</summary>
internal static class Samples
{
    public static readonly BackupId Backup = new(new Guid("11111111-1111-4111-8111-111111111111"));
    public static readonly SegmentId Segment = new(new Guid("22222222-2222-4222-8222-222222222222"));
    public static readonly SegmentId OtherSegment = new(new Guid("33333333-3333-4333-8333-333333333333"));
    public static readonly PointId Point = new(new Guid("44444444-4444-4444-8444-444444444444"));
    public static readonly MachineId Machine = new(new Guid("55555555-5555-4555-8555-555555555555"));
    public static readonly JobId Job = new(new Guid("66666666-6666-4666-8666-666666666666"));
    public static readonly SessionId Session = new(new Guid("77777777-7777-4777-8777-777777777777"));
    public static readonly RepositoryId Repository = new(new Guid("88888888-8888-4888-8888-888888888888"));

    private static readonly string[] s_codes = ["data.damaged", "format.unsupported", "data.missing"];

    /// <summary>Ends with the test run.</summary>
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Any bytes, up to 300 of them.</summary>
    public static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];

    /// <summary>A digest that is unlike any other number's.</summary>
    public static Digest DigestOf(long number) => Digest.Of(BitConverter.GetBytes(number));

    /// <summary>A segment id that is unlike any other number's.</summary>
    public static SegmentId SegmentOf(int number) => new(new Guid(DigestOf(number).ToBytes().AsSpan(0, 16)));

    /// <summary>A block that is stored somewhere.</summary>
    public static BlockVersion VersionOf(long number) =>
        new(DigestOf(number), new FrameAddress(SegmentOf((int)(number % 5)), (int)(number % 100_000)));

    /// <summary>A copy with one bit changed.</summary>
    public static byte[] Flip(byte[] bytes, int bit)
    {
        var copy = (byte[])bytes.Clone();
        copy[bit / 8] ^= (byte)(1 << bit % 8);
        return copy;
    }

    /// <summary>Runs an action on hostile bytes: what is wrong with the file may be said, nothing else may happen.</summary>
    /// <returns>True when damage was reported.</returns>
    public static async Task<bool> IsRefusedAsync(string file, Func<Task> action)
    {
        try
        {
            await action();
            return false;
        }
        catch (LonghaulException error)
        {
            Assert.Contains(error.Code, s_codes);
            Assert.Equal(file, error.Details["file"]);
            Assert.True(error.Details.ContainsKey("offset") || error.Details.ContainsKey("number"));
            return true;
        }
    }

    /// <summary>A sink that collects what is written.</summary>
    public static Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Into(MemoryStream stream) =>
        (bytes, cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>All digests of a page that is zero but for what is named in it.</summary>
    public static Digest[] DigestsOf(TablePage page, int blockSize)
    {
        var digests = new Digest[TreeShape.FanOut];
        for (var slot = 0; slot < digests.Length; slot++)
        {
            digests[slot] = page.Names(slot) ? page[slot].New.Digest : BlockVersion.ZeroOf(blockSize).Digest;
        }

        return digests;
    }
}
