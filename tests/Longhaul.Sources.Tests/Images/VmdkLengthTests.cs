using System.Text;
using Longhaul.Sources.Images;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Sources.Tests.Images;

/// <summary>Descriptors that no honest program writes.</summary>
public sealed class VmdkLengthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>It would be followed until the stack ends, and the whole program with it.</summary>
    [Fact]
    public void A_descriptor_that_names_itself_as_an_extent_is_damaged()
    {
        using var image = Image("RW 1 SPARSE \"image.vmdk\"\n");

        Assert.Contains("is none", VmdkLength.Check(image), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("")]
    public void An_extent_whose_name_no_file_can_have_cannot_be_read(string name)
    {
        using var image = Image($"RW 1 FLAT \"{name}\" 0\n");

        Assert.Throws<IOException>(() => VmdkLength.Check(image));
    }

    public void Dispose() => _folder.Dispose();

    private ImageFile Image(string descriptor)
    {
        var path = Path.Combine(_folder.Path, "image.vmdk");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(descriptor));
        return ImageFile.Open(path);
    }
}
