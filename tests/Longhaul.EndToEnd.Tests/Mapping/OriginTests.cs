using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>What kind of job made a seed: machines' and agents', standalone and managed.</summary>
public sealed class OriginTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 102);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_kind_refuses_a_machine_copy_job_on_an_agents_backup()
    {
        await SetUpAgentAsync("laptop", "--standalone");
        await _site.CarryAsync("laptop");
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        var check = await _site.RefusesAsync("offsite", "laptop", "mapping.kind");

        Assert.Contains("agent-copy", check.Text("hint"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapping_kind_refuses_an_agent_copy_job_on_a_machines_backup()
    {
        await SetUpAgentAsync("laptop", "--standalone");
        await _site.DoAsync("job run nightly");
        await _site.CarryAsync();
        await _site.DoAsync("job add agent-copy laptops --job laptop --repository far");

        await _site.RefusesAsync("laptops", "nightly", "mapping.kind");
    }

    [Fact]
    public async Task Mapping_agent_managed_refuses_the_backup_of_a_managed_agents_job()
    {
        await SetUpAgentAsync("fleet", "--managed");
        await _site.CarryAsync("fleet");
        await _site.DoAsync("job add agent-copy laptops --job fleet --repository far");

        await _site.RefusesAsync("laptops", "fleet", "mapping.agent-managed");
        Assert.Equal("agent-managed", (await _site.DoAsync("backup show near/fleet")).Text("origin"));
    }

    [Fact]
    public async Task Mapping_agent_managed_refuses_the_copy_of_a_managed_agents_backup()
    {
        await SetUpAgentAsync("laptop", "--standalone");
        await AddAgentAsync("fleet", "--managed");
        // The managed one has nothing to copy yet: it counts among the sources all the same.
        await _site.DoAsync("job add agent-copy laptops --job laptop fleet --repository far");
        await _site.DoAsync("job run laptops");
        await _site.DoAsync("job unmap laptops --yes");
        await _site.DoAsync("job add agent-copy others --job laptop --repository far");

        await _site.RefusesAsync("others", "laptops", "mapping.agent-managed");
        Assert.Equal("agent-copy-managed", (await _site.DoAsync("backup show far/laptops")).Text("origin"));
    }

    [Fact]
    public async Task Mapping_agent_managed_refuses_a_backup_with_a_point_that_such_a_job_wrote()
    {
        await SetUpAgentAsync("laptop", "--standalone");
        await AddAgentAsync("fleet", "--managed");
        await _site.DoAsync("job add agent-copy laptops --job laptop --repository far");
        await _site.DoAsync("job run laptops");
        await _site.DoAsync("job run laptop");
        await _site.DoAsync("job edit laptops --job laptop fleet");
        await _site.DoAsync("job run laptops");
        await _site.DoAsync("job unmap laptops --yes");
        await _site.DoAsync("job add agent-copy others --job laptop --repository far");

        var check = await _site.RefusesAsync("others", "laptops", "mapping.agent-managed");

        Assert.Equal("agent-copy-standalone", (await _site.DoAsync("backup show far/laptops")).Text("origin"));
        var point = (await _site.Site.PointsAsync("far/laptops"))[^1].Text("id")!;
        Assert.Contains(point, check.Text("message"), StringComparison.Ordinal);
    }

    /// <summary>Rule (b): the backup of a standalone agent backup job; then rule (a): of an agent copy job of such.</summary>
    [Fact]
    public async Task An_agent_copy_job_is_mapped_to_a_standalone_agents_backup_and_to_a_copy_of_one()
    {
        await SetUpAgentAsync("laptop", "--standalone");
        await _site.CarryAsync("laptop");
        await _site.DoAsync("job add agent-copy laptops --job laptop --repository far");
        await _site.DoAsync("job map laptops far/laptop --yes");
        await RunAgentAsync("laptop");
        await _site.CopiesDeltaAsync("laptops", "far/laptop");
        Assert.Equal("agent-standalone", (await _site.DoAsync("backup show far/laptop")).Text("origin"));

        await _site.DoAsync("job unmap laptops --yes");
        await _site.DoAsync("job run laptops");
        await _site.DoAsync("job remove laptops --yes");
        await _site.DoAsync("job add agent-copy others --job laptop --repository far");
        await _site.DoAsync("job map others far/laptops --yes");
        await RunAgentAsync("laptop");
        await _site.CopiesDeltaAsync("others", "far/laptops");
        Assert.Equal("agent-copy-standalone", (await _site.DoAsync("backup show far/laptops")).Text("origin"));
    }

    private async Task SetUpAgentAsync(string job, string flag)
    {
        await _site.SetUpAsync(runs: 0);
        await AddAgentAsync(job, flag);
        await _site.DoAsync($"job run {job}");
    }

    private Task<JsonElement> AddAgentAsync(string job, string flag) =>
        _site.DoAsync($"job add agent-backup {job} --machine web --repository near {flag} {SeedSite.Small}");

    private Task<JsonElement> RunAgentAsync(string job)
    {
        _site.Site.Disk.Scatter(2);
        return _site.DoAsync($"job run {job}");
    }
}
