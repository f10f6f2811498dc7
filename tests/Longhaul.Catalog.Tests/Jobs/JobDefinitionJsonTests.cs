using CsCheck;
using Longhaul.Catalog.Jobs;
using Xunit;

namespace Longhaul.Catalog.Tests.Jobs;

public sealed class JobDefinitionJsonTests
{
    [Fact]
    public void A_definition_is_read_back_as_it_was()
    {
        var job = Samples.CopyJob("nightly", RepositoryId.New());

        Assert.Equivalent(job, JobDefinitionJson.TryRead(JobDefinitionJson.ToBytes(job)), strict: true);
    }

    [Fact]
    public void Arbitrary_bytes_are_no_definition_and_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes => JobDefinitionJson.TryRead(bytes) is null);

    [Fact]
    public void A_definition_with_a_flipped_byte_is_refused_or_read_and_never_throws() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte[1, 255])
            .Sample(
                (where, mask) =>
                {
                    var bytes = JobDefinitionJson.ToBytes(Samples.CopyJob("nightly", RepositoryId.New()));
                    bytes[where % bytes.Length] ^= mask;
                    JobDefinitionJson.TryRead(bytes);
                }
            );

    [Fact]
    public void A_definition_that_lacks_its_name_is_refused() =>
        Assert.Null(JobDefinitionJson.TryRead("{\"kind\":\"Backup\"}"u8));
}
