using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Tests.Golden;

public sealed class GoldenDigestTests
{
    [Fact]
    public void Digests_are_as_ever()
    {
        var ramp = Enumerable.Range(0, 300_000).Select(at => (byte)(at % 251)).ToArray();

        Assert.Equal("b27a032984ea8a6bec700c3d6f63f8fcfbf8ff8ef87e972891feda4eea4aad0c", DigestTree.Zero(0).ToString());
        Assert.Equal("d28c59710493d8e3df9b5c7214653b2bc28709547938be17e44a9ec7b09b5b6d", DigestTree.Zero(2).ToString());
        Assert.Equal(
            "d4406f751463b7ecbda23eff27767162f294ba2ad793a9e0eb6d1174b0d0dbb5",
            DigestTree.Block(ramp, 1 << 20).ToString()
        );
        Assert.Equal(
            "d180b99a4cefd3c4fbffb5f2541837e97826702da7bcb5e15f8b2acdb3e3d571",
            new TreeShape(0, 1 << 20).Root(ZeroBlocks()).ToString()
        );
        Assert.Equal(
            "b646cc22ebb79f4a6c4ba5b83b338c89310c7cb391082d2ad38acf5c4dacae44",
            DigestTree
                .Point([("disk0", new TreeShape(0, 1 << 20).Root(ZeroBlocks()))], [("c", new byte[] { 1, 2 })])
                .ToString()
        );
    }

    private static Digest[] ZeroBlocks() => [.. Enumerable.Repeat(DigestTree.Zero(2), 64)];
}
