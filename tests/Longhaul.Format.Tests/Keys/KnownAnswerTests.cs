using System.Security.Cryptography;
using System.Text;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Tests.Keys;

/// <summary>Each primitive against published vectors: what is sealed today is opened by anybody's implementation.</summary>
public sealed class KnownAnswerTests
{
    /// <summary>Passwords, salts and costs of libsodium, test/default/pwhash_argon2id.c: a string of the reference
    /// implementation, and the first vector, of which 32 bytes are taken here.</summary>
    [Theory]
    [InlineData(
        4882,
        2,
        "",
        "6c0f356abb225f2b1ddd66d34739843b",
        "366f1004cfbb447d435e8f6bbe9e5cc0a10e38e7c3da0e89bb19578a1a0d7291"
    )]
    [InlineData(
        7086,
        5,
        "a347ae92bce9f80f6f595a4480fc9c2fe7e7d7148d371e9487d75f5c23008ffae065577a928febd9b1973a5a95073acdbeb6a030cfc0d79caa2dc5cd011cef02c08da232d76d52dfbca38ca8dcbd665b17d1665f7cf5fe59772ec909733b24de97d6f58d220b20c60d7c07ec1fd93c52c31020300c6c1facd77937a597c7a6",
        "5541fbc995d5c197ba290346d2c559de",
        "b55073915da6375037fc90291233a9f53a2a936d5b3fb008f849bc3e8d920197"
    )]
    public void Argon2id(int memory, int passes, string password, string salt, string expected) =>
        Assert.Equal(
            expected,
            Convert.ToHexStringLower(
                new PasswordCost(memory, passes).Derive(Convert.FromHexString(password), Convert.FromHexString(salt))
            )
        );

    /// <summary>RFC 5869, appendix A, test cases 1 and 3.</summary>
    [Theory]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )]
    public void Hkdf_sha256(string input, string salt, string info, string expected) =>
        Assert.Equal(
            expected,
            Convert.ToHexStringLower(
                HKDF.DeriveKey(
                    HashAlgorithmName.SHA256,
                    Convert.FromHexString(input),
                    expected.Length / 2,
                    Convert.FromHexString(salt),
                    Convert.FromHexString(info)
                )
            )
        );

    /// <summary>RFC 4231, test case 2.</summary>
    [Fact]
    public void Hmac_sha256() =>
        Assert.Equal(
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            Convert.ToHexStringLower(
                HMACSHA256.HashData(
                    Encoding.ASCII.GetBytes("Jefe"),
                    Encoding.ASCII.GetBytes("what do ya want for nothing?")
                )
            )
        );

    /// <summary>McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16: 256-bit key, additional data. A part
    /// as <see cref="FileKey"/> stores it is nonce, ciphertext and tag.</summary>
    [Fact]
    public void Aes_256_gcm()
    {
        var key = new FileKey(
            Convert.FromHexString("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        );
        var part = Convert.FromHexString(
            "cafebabefacedbaddecaf888"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"
        );

        Assert.Equal(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            Convert.ToHexStringLower(key.Open(part, Convert.FromHexString("feedfacedeadbeeffeedfacedeadbeefabaddad2"))!)
        );
    }

    /// <summary>FIPS 180-4, the example "abc".</summary>
    [Fact]
    public void Sha_256() =>
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Convert.ToHexStringLower(SHA256.HashData("abc"u8))
        );
}
