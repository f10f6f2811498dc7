using CsCheck;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Tests.Keys;

/// <summary>Passwords that are kept: what is sealed, and that nothing else opens it.</summary>
public sealed class KeepingKeyTests
{
    private static readonly KeepingKey s_key = new(new byte[KeepingKey.Size]);

    [Fact]
    public void What_was_sealed_is_opened_as_it_was() =>
        Gen.String[1, 300]
            .Where(text => !text.Any(char.IsSurrogate))
            .Sample(text =>
            {
                var password = new Password(text);
                return s_key.Open(s_key.Seal(password, "job 1"), "job 1")?.IsSame(password) == true;
            });

    [Fact]
    public void For_another_thing_or_under_another_key_nothing_is_opened()
    {
        var kept = s_key.Seal(new Password("secret"), "job 1");
        Assert.Null(s_key.Open(kept, "job 2"));
        Assert.Null(new KeepingKey(KeepingKey.NewBytes()).Open(kept, "job 1"));
        Assert.Null(s_key.Open([], "job 1"));
    }

    [Fact]
    public void Any_one_flipped_bit_is_noticed()
    {
        var kept = s_key.Seal(new Password("secret"), "job 1");
        Gen.Int[0, (kept.Length * 8) - 1]
            .Sample(bit =>
            {
                var bytes = kept.ToArray();
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                return s_key.Open(bytes, "job 1") is null;
            });
    }

    [Fact]
    public void Neither_the_length_nor_that_it_is_the_same_is_seen()
    {
        var (one, again) = (s_key.Seal(new Password("a"), "job 1"), s_key.Seal(new Password("a"), "job 1"));
        Assert.NotEqual(one, again);
        Assert.Equal(one.Length, s_key.Seal(new Password(new string('x', 62)), "job 1").Length);
    }

    [Fact]
    public void Neither_key_nor_password_shows_itself()
    {
        Assert.Equal("(keeping key)", s_key.ToString());
        Assert.Equal("(password)", new Password("secret").ToString());
    }
}
