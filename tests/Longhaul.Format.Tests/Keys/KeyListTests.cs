using System.Text;
using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Tests.Keys;

public sealed class KeyListTests
{
    private const string File = "keys/00000001.json";

    private static readonly PasswordCost s_cheap = new(8, 1);
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
    private static readonly Password s_first = new("correct horse");
    private static readonly Password s_second = new("battery stäple");
    private static readonly BackupId s_backup = BackupId.New();

    [Fact]
    public void A_password_opens_what_it_made_and_another_does_not()
    {
        var (list, keys) = Create();
        var read = KeyList.Decode(File, list.Encode());

        Assert.Equal(keys.Newest.CheckValue, read.Open(s_first)!.Newest.CheckValue);
        Assert.Null(read.Open(s_second));
        Assert.Equal(["first"], read.Slots.Select(slot => slot.Hint));
    }

    [Fact]
    public void A_password_that_is_added_opens_the_same_keys()
    {
        var (list, keys) = Create();
        var more = Read(list.WithSlot(keys, s_second, "second", s_now, s_cheap));

        Assert.Equal((2, 1), (more.Number, more.Generation));
        Assert.Equal(keys.Newest.CheckValue, more.Open(s_first)!.Newest.CheckValue);
        Assert.Equal(keys.Newest.CheckValue, more.Open(s_second)!.Newest.CheckValue);
    }

    /// <summary>Who holds only the old password opens the old list, kept or stolen, and nothing under the new key.</summary>
    [Fact]
    public void A_new_list_key_opens_the_older_ones_and_not_the_reverse()
    {
        var (list, keys) = Create();
        var (renewed, newer) = list.Renewed(keys, [(s_second, "second")], s_now, s_cheap);
        var (again, newest) = Read(renewed).Renewed(newer, [(s_second, "second")], s_now, s_cheap);
        var opened = Read(again).Open(s_second)!;

        Assert.Equal((3, 3), (again.Number, again.Generation));
        Assert.Equal(
            [keys.Newest.CheckValue, newer.Newest.CheckValue, newest.Newest.CheckValue],
            [opened.Find(1)!.CheckValue, opened.Find(2)!.CheckValue, opened.Find(3)!.CheckValue]
        );
        Assert.Equal(keys.DigestKey, opened.DigestKey);
        Assert.Null(Read(again).Open(s_first));
        Assert.Null(Read(list).Open(s_first)!.Find(2));
        Assert.Equal(
            3,
            new[] { keys, newer, newest }.Select(one => Convert.ToHexString(one.Newest.CheckValue)).Distinct().Count()
        );
    }

    [Fact]
    public void A_slot_of_another_backup_generation_or_cost_does_not_open()
    {
        var (list, keys) = Create();
        var (renewed, _) = list.Renewed(keys, [(s_first, "first")], s_now, s_cheap);

        Assert.Null((list with { Backup = BackupId.New() }).Open(s_first));
        Assert.Null((renewed with { Slots = list.Slots }).Open(s_first));
        Assert.Null((list with { Slots = [list.Slots[0] with { Cost = new PasswordCost(16, 1) }] }).Open(s_first));
    }

    [Fact]
    public void Older_keys_in_another_order_do_not_open()
    {
        var (list, keys) = Create();
        var (second, keys2) = list.Renewed(keys, [(s_first, "first")], s_now, s_cheap);
        var (third, _) = second.Renewed(keys2, [(s_first, "first")], s_now, s_cheap);

        Assert.Null((third with { Older = [third.Older[1], third.Older[0]] }).Open(s_first));
        Assert.Null((third with { Checks = [third.Checks[1], third.Checks[0], third.Checks[2]] }).Open(s_first));
    }

    /// <summary>Whoever asks for a gibibyte and more, or for an hour of work, is refused before anything is allocated.</summary>
    [Theory]
    [InlineData("\"memoryKiB\": 8", "\"memoryKiB\": 1048577")]
    [InlineData("\"memoryKiB\": 8", "\"memoryKiB\": -8")]
    [InlineData("\"passes\": 1", "\"passes\": 21")]
    [InlineData("\"passes\": 1", "\"passes\": 0")]
    [InlineData("\"generation\": 1", "\"generation\": 2")]
    [InlineData("\"generation\": 1", "\"generation\": 0")]
    [InlineData("\"number\": 1", "\"number\": 0")]
    [InlineData("\"older\": []", "\"older\": [\"00\"]")]
    [InlineData("\"older\": []", "\"older\": [null]")]
    [InlineData("\"hint\": \"first\"", "\"hint\": null")]
    [InlineData("\"format\": 1", "\"format\": 1, \"more\": 1")]
    public void A_list_that_is_none_is_refused(string what, string by)
    {
        var text = Encoding.UTF8.GetString(Create().List.Encode());
        Assert.Contains(what, text, StringComparison.Ordinal);

        var error = Assert.Throws<LonghaulException>(() =>
            KeyList.Decode(File, Encoding.UTF8.GetBytes(text.Replace(what, by, StringComparison.Ordinal)))
        );

        Assert.Equal("data.damaged", error.Code);
    }

    /// <summary>The longest hint that is written is read; a longer one is not written, as nobody would get in again.</summary>
    [Fact]
    public void No_list_is_made_that_no_reader_takes()
    {
        var longest = new string('\u00e4', KeySlot.MaxHint);

        Assert.NotNull(Read(KeyList.Create(s_backup, s_first, longest, s_now, s_cheap).List).Open(s_first));
        Assert.ThrowsAny<ArgumentException>(() => KeyList.Create(s_backup, s_first, longest + "x", s_now, s_cheap));
    }

    /// <summary>Every byte of the list that is not for people alone is bound to the keys, or makes the list none.</summary>
    [Fact]
    public void A_changed_digit_is_never_taken_for_another_key()
    {
        var (list, keys) = Create();
        var text = Encoding.UTF8.GetString(list.Encode());
        for (var place = 0; place < text.Length; place++)
        {
            if (!char.IsAsciiHexDigitLower(text[place]))
            {
                continue;
            }

            var changed = text[..place] + (text[place] == '0' ? '1' : '0') + text[(place + 1)..];
            try
            {
                var opened = KeyList.Decode(File, Encoding.UTF8.GetBytes(changed)).Open(s_first);
                Assert.True(opened is null || opened.Newest.CheckValue.SequenceEqual(keys.Newest.CheckValue));
            }
            catch (LonghaulException error)
            {
                Assert.Contains(error.Code, (string[])["data.damaged", "format.unsupported"]);
            }
        }
    }

    [Fact]
    public void Secrets_do_not_show_in_texts()
    {
        var (_, keys) = Create();

        Assert.DoesNotContain("horse", s_first.ToString(), StringComparison.Ordinal);
        Assert.Equal("(keys to generation 1)", keys.ToString());
        Assert.Equal(typeof(ListKey).FullName, keys.Newest.ToString());
    }

    private static (KeyList List, BackupKeys Keys) Create() =>
        KeyList.Create(s_backup, s_first, "first", s_now, s_cheap);

    private static KeyList Read(KeyList list) => KeyList.Decode(File, list.Encode());
}
