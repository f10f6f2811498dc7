using System.Net;
using System.Security.Authentication;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Xunit;

namespace Longhaul.Mover.Tests.Serving;

/// <summary>Who is not paired gets nothing, and costs little.</summary>
public sealed class StrangerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1 << 10)]
    [InlineData(8 << 20)]
    public async Task A_stranger_is_told_so_before_what_he_sends_is_read(int bytes)
    {
        await using var site = await MoverSite.StartAsync(Token);

        Assert.Equal(StatusCode.Unauthenticated, await PutAsync(site, new byte[bytes]));
    }

    [Fact]
    public async Task A_piece_of_a_strangers_is_not_taken()
    {
        await using var site = await MoverSite.StartAsync(Token);
        using var http = Caller(site, Path.Combine(site.Directory, "..", "stranger"));
        using var content = new ByteArrayContent(new byte[2 << 20]);

        using var answer = await http.PutAsync(
            new Uri(
                $"https://127.0.0.1:{site.Server.Port}/v1/piece?repository=main&writer={new string('0', 32)}&offset=0"
            ),
            content,
            Token
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var failure = Failure.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(Failure.Types.Code.NotPaired, failure.Code);
    }

    private static async Task<StatusCode> PutAsync(MoverSite site, byte[] content)
    {
        using var http = Caller(site, Path.Combine(site.Directory, "..", "stranger"));
        using var channel = GrpcChannel.ForAddress(
            $"https://127.0.0.1:{site.Server.Port}",
            new GrpcChannelOptions { HttpClient = http }
        );
        var request = new PutRequest
        {
            Repository = MoverSite.Repository,
            Name = "a",
            Content = ByteString.CopyFrom(content),
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Store.StoreClient(channel).PutAsync(request, cancellationToken: Token)
        );

        Assert.False(File.Exists(Path.Combine(site.Directory, "a")));
        return error.StatusCode;
    }

    private static HttpClient Caller(MoverSite site, string root)
    {
        var identity = MoverIdentity.FindOrCreate(new MoverRoot(root), site.Clock);
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => identity.Certificate,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate is not null && Fingerprint.Of(certificate) == site.Server.Fingerprint,
            },
        };
        return new HttpClient(handler);
    }
}
