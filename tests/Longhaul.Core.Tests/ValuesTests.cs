using CsCheck;
using Xunit;

namespace Longhaul.Core.Tests;

public sealed class ValuesTests
{
    [Fact]
    public void A_digest_is_written_and_read_back() =>
        Gen
            .Byte.Array[Digest.Size]
            .Sample(bytes =>
            {
                var digest = new Digest(bytes);
                Assert.Equal(bytes, digest.ToBytes());
                Assert.Equal(Convert.ToHexStringLower(bytes), digest.ToString());
                Assert.True(Digest.TryRead(bytes, out var read));
                Assert.Equal(digest, read);
            });

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Bytes_of_another_length_are_no_digest(int length)
    {
        Assert.False(Digest.TryRead(new byte[length], out _));
        Assert.Throws<ArgumentException>(() => new Digest(new byte[length]));
    }

    [Fact]
    public void The_digest_of_nothing_is_that_of_sha256() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.Of([]).ToString());

    [Fact]
    public void An_id_is_written_and_read_back() =>
        Gen
            .Guid.Where(guid => guid != Guid.Empty)
            .Sample(guid =>
            {
                var id = new PointId(guid);
                Assert.True(PointId.TryRead(id.ToBytes(), out var read));
                Assert.True(PointId.TryParse(id.ToString(), out var parsed));
                Assert.Equal((id, id), (read, parsed));
                Assert.Equal(Convert.ToHexStringLower(id.ToBytes()), id.ToString());
            });

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    public void Other_texts_are_no_id(string text) => Assert.False(PointId.TryParse(text, out _));

    [Fact]
    public void Ids_order_as_their_text_does() =>
        Gen.Select(Gen.Guid, Gen.Guid)
            .Sample(
                (left, right) =>
                    Assert.Equal(
                        Math.Sign(string.CompareOrdinal(left.ToString("N"), right.ToString("N"))),
                        Math.Sign(new PointId(left).CompareTo(new PointId(right)))
                    )
            );

    [Fact]
    public void An_amount_of_data_is_never_negative_and_never_wraps()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteSize(-1));
        Assert.Throws<OverflowException>(() => new ByteSize(long.MaxValue) + new ByteSize(1));
        Assert.True(new ByteSize(1) < new ByteSize(2));
    }
}
