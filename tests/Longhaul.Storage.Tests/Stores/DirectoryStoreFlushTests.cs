using System.Text.RegularExpressions;
using Longhaul.Core;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

/// <summary>What the directory store asks of the system, seen from outside, and what it says when that fails.</summary>
/// <remarks>The runtime's own flushes return normally when fsync fails; only the real call, made to fail by strace,
/// shows that ours do not. The traced process is this test program again, with <see cref="Child"/> alone.</remarks>
public sealed partial class DirectoryStoreFlushTests : IDisposable
{
    private const string ModeVariable = "LONGHAUL_TEST_CHILD";
    private const string FolderVariable = "LONGHAUL_TEST_FOLDER";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>What the traced process does; nothing in an ordinary run.</summary>
    [Fact]
    public async Task Child()
    {
        if (Environment.GetEnvironmentVariable(ModeVariable) is not { } mode)
        {
            return;
        }

        var folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        var outcome = await Outcome(() => DoAsync(new DirectoryStore(Path.Combine(folder, "top")), mode));
        await File.WriteAllTextAsync(Path.Combine(folder, "outcome"), outcome, Token);
    }

    [Fact]
    public async Task A_put_flushes_the_file_before_it_gets_its_name_and_the_folders_after()
    {
        var (outcome, trace) = await TraceAsync("put", "trace=fsync,fdatasync,renameat2,mkdirat,pwrite64");

        Assert.Equal("done True", outcome);
        Assert.Equal(
            ["mkdir a", "fsync top", "mkdir b", "fsync a", "write tmp", "fsync tmp", "rename object", "fsync b"],
            trace
        );
    }

    [Fact]
    public async Task A_stream_flushes_its_data_at_the_watermark_and_all_before_it_gets_its_name()
    {
        var (outcome, trace) = await TraceAsync("stream", "trace=fsync,fdatasync,renameat2,mkdirat,pwrite64");

        Assert.Equal("done 3 3", outcome);
        Assert.Equal(
            [
                "mkdir a",
                "fsync top",
                "mkdir b",
                "fsync a",
                "write object.part",
                "fdatasync object.part",
                "fsync b",
                "write object.part",
                "fsync object.part",
                "rename object",
                "fsync b",
            ],
            trace
        );
    }

    [Fact]
    public async Task A_delete_flushes_the_folder_that_stays()
    {
        await PutAsync();
        var (outcome, trace) = await TraceAsync("delete", "trace=fsync,fdatasync,renameat2,unlinkat");

        Assert.Equal("done True", outcome);
        Assert.Equal(["unlink object.part", "unlink object", "rmdir b", "rmdir a", "fsync top"], trace);
    }

    [Theory]
    [InlineData("EIO", "store.io")]
    [InlineData("ENOSPC", "store.no-space")]
    public async Task A_put_whose_file_cannot_be_flushed_fails_and_leaves_no_object(string error, string code)
    {
        var (outcome, trace) = await TraceAsync("put-at-top", $"inject=fsync:error={error}");

        Assert.Equal(code, outcome);
        Assert.Equal(["fsync tmp"], trace);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["top"]));
    }

    [Fact]
    public async Task A_put_whose_folder_cannot_be_flushed_says_so()
    {
        Directory.CreateDirectory(_folder["top/a/b"]);
        var (outcome, trace) = await TraceAsync("put", "inject=fsync:error=EIO", onlyPath: _folder["top/a/b"]);

        Assert.Equal("store.io", outcome);
        Assert.Equal(["fsync b"], trace);
    }

    [Fact]
    public async Task A_put_whose_new_folder_cannot_be_flushed_says_so_and_leaves_no_object()
    {
        var (outcome, _) = await TraceAsync("put", "inject=fsync:error=EIO", onlyPath: _folder["top/a"]);

        Assert.Equal("store.io", outcome);
        Assert.False(File.Exists(_folder["top/a/b/object"]));
    }

    [Fact]
    public async Task A_failed_flush_condemns_the_writer()
    {
        Directory.CreateDirectory(_folder["top/a/b"]);
        var (outcome, _) = await TraceAsync("stream", "inject=fdatasync:error=ENOSPC");

        Assert.Equal("store.no-space then store.io store.io store.io, watermark 0", outcome);
        Assert.False(File.Exists(_folder["top/a/b/object"]));
    }

    [Fact]
    public async Task A_failed_last_flush_leaves_the_object_unfinished()
    {
        var (outcome, _) = await TraceAsync("complete", "inject=fsync:error=EIO");

        Assert.Equal("store.io", outcome);
        Assert.True(File.Exists(_folder["top/object.part"]));
        Assert.False(File.Exists(_folder["top/object"]));
    }

    [Fact]
    public async Task Where_a_rename_cannot_refuse_to_replace_a_link_does_it()
    {
        var (outcome, trace) = await TraceAsync("put-twice", "inject=renameat2:error=EINVAL", extra: "linkat");

        Assert.Equal("done True False Link", outcome);
        Assert.Equal(["rename object", "link object", "fsync b"], [.. trace.TakeLast(3)]);
    }

    [Fact]
    public async Task A_read_that_fails_is_an_error_of_the_device_when_nothing_else_can_be_read_either()
    {
        await PutAsync();
        var (outcome, _) = await TraceAsync("read", "inject=pread64:error=EIO", onlyPath: _folder["top/a/b/object"]);

        Assert.Equal("store.io", outcome);
    }

    [Theory]
    [InlineData("EIO")]
    [InlineData("EUCLEAN")]
    [InlineData("EBADMSG")]
    public async Task A_read_that_fails_is_about_the_file_when_others_can_be_read(string error)
    {
        await PutAsync();
        await File.WriteAllTextAsync(_folder["top/repository.json"], "{}", Token);
        var (outcome, _) = await TraceAsync(
            "read",
            $"inject=pread64:error={error}",
            onlyPath: _folder["top/a/b/object"]
        );

        Assert.Equal("data.unreadable", outcome);
    }

    [Fact]
    public async Task A_part_that_cannot_be_read_is_about_the_file_when_another_part_can()
    {
        await PutAsync();
        var (outcome, _) = await TraceAsync(
            "read",
            "inject=pread64:error=EIO:when=1",
            onlyPath: _folder["top/a/b/object"]
        );

        Assert.Equal("data.unreadable", outcome);
    }

    [Fact]
    public async Task A_writer_in_another_process_keeps_its_object()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(_folder["top"], Token);
        await using (await store.CreateAsync("a/b/object", Token))
        {
            await RunChildAsync("reopen");
            Assert.Equal("done nobody", await File.ReadAllTextAsync(_folder["outcome"], Token));
        }

        await RunChildAsync("reopen");
        Assert.Equal("done mine", await File.ReadAllTextAsync(_folder["outcome"], Token));
    }

    private static async Task<string> DoAsync(DirectoryStore store, string mode)
    {
        const string Name = "a/b/object";
        switch (mode)
        {
            case "put":
                return $"{await store.PutIfAbsentAsync(Name, new byte[] { 1 }, Token)}";
            case "put-at-top":
                return $"{await store.PutIfAbsentAsync("object", new byte[] { 1 }, Token)}";
            case "put-twice":
                var first = await store.PutIfAbsentAsync(Name, new byte[] { 1 }, Token);
                return $"{first} {await store.PutIfAbsentAsync(Name, new byte[] { 1 }, Token)} {store.Placement}";
            case "delete":
                return $"{await store.DeleteAsync(Name, Token)}";
            case "read":
                return $"{await store.ReadAsync(Name, 0, new byte[1], Token)}";
            case "reopen":
                await using (var reopened = await store.ReopenAsync(Name, 0, Token))
                {
                    return reopened is null ? "nobody" : "mine";
                }
            case "complete":
                await using (var writer = await store.CreateAsync("object", Token))
                {
                    await writer.CompleteAsync(Token);
                    return "";
                }
            default:
                return await StreamAsync(store, Name);
        }
    }

    private static async Task<string> StreamAsync(DirectoryStore store, string name)
    {
        await using var writer = await store.CreateAsync(name, Token);
        await writer.WriteAsync(new byte[3], Token);
        var flush = await Outcome(async () =>
        {
            await writer.FlushAsync(Token);
            return "";
        });
        if (flush == "done ")
        {
            var watermark = writer.Watermark;
            await writer.WriteAsync(new byte[1], Token);
            await writer.CompleteAsync(Token);
            return $"{watermark} {writer.Watermark}";
        }

        Func<ValueTask>[] later =
        [
            () => writer.WriteAsync(new byte[1], Token),
            () => writer.FlushAsync(Token),
            () => writer.CompleteAsync(Token),
        ];
        var outcomes = new List<string>();
        foreach (var call in later)
        {
            outcomes.Add((await Assert.ThrowsAsync<LonghaulException>(async () => await call())).Code);
        }

        throw new OutcomeException($"{flush} then {string.Join(' ', outcomes)}, watermark {writer.Watermark}");
    }

    private static async Task<string> Outcome(Func<Task<string>> call)
    {
        try
        {
            return $"done {await call()}";
        }
        catch (LonghaulException error)
        {
            return error.Code;
        }
        catch (OutcomeException outcome)
        {
            return outcome.Message;
        }
    }

    private async Task PutAsync()
    {
        var store = await DirectoryStore.CreateDirectoryAsync(_folder["top"], Token);
        Assert.True(await store.PutIfAbsentAsync("a/b/object", new byte[] { 1 }, Token));
    }

    private async Task RunChildAsync(string mode)
    {
        Directory.CreateDirectory(_folder["top"]);
        var (exitCode, output) = await ExternalTool.TryRunAsync(
            Environment.ProcessPath!,
            ChildArguments(),
            ChildEnvironment(mode),
            Token
        );
        Assert.True(exitCode == 0, output);
    }

    private async Task<(string Outcome, List<string> Trace)> TraceAsync(
        string mode,
        string expression,
        string? onlyPath = null,
        string? extra = null
    )
    {
        var strace = Require.Tool("strace");
        Directory.CreateDirectory(_folder["top"]);
        string[] traced = extra is null ? [] : ["-e", $"trace=fsync,renameat2,{extra}"];
        string[] filter = onlyPath is null ? [] : ["-P", onlyPath];
        if (onlyPath is not null)
        {
            traced = ["-e", "trace=fsync,pread64"];
        }
        else if (expression.StartsWith("inject=fsync", StringComparison.Ordinal))
        {
            traced = ["-e", "trace=fsync"];
        }

        var (exitCode, output) = await ExternalTool.TryRunAsync(
            strace,
            [
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-y",
                "-o",
                _folder["trace"],
                .. traced,
                "-e",
                expression,
                .. filter,
                Environment.ProcessPath!,
                .. ChildArguments(),
            ],
            ChildEnvironment(mode),
            Token
        );
        Assert.True(exitCode == 0, output);
        return (await File.ReadAllTextAsync(_folder["outcome"], Token), await ReadTraceAsync());
    }

    private Dictionary<string, string> ChildEnvironment(string mode) =>
        new() { [ModeVariable] = mode, [FolderVariable] = _folder.Path };

    private static string[] ChildArguments() =>
        ["--filter-method", $"{typeof(DirectoryStoreFlushTests).FullName}.{nameof(Child)}", "--progress", "off"];

    // The calls under the top folder, each as "verb last-part"; names of hidden files without their random part.
    private async Task<List<string>> ReadTraceAsync()
    {
        var calls = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(_folder["trace"], Token))
        {
            if (!line.Contains(_folder["top"], StringComparison.Ordinal) || !CallPattern().IsMatch(line))
            {
                continue;
            }

            var verb = CallPattern().Match(line).Groups[1].Value;
            var quoted = QuotedPattern().Matches(line);
            var name = quoted.Count > 0 && verb is not "pwrite64" ? quoted[^1].Groups[1].Value : LeafOfHandle(line);
            verb = verb switch
            {
                "renameat2" => "rename",
                "linkat" => "link",
                "mkdirat" => "mkdir",
                "pwrite64" => "write",
                "unlinkat" => line.Contains("AT_REMOVEDIR", StringComparison.Ordinal) ? "rmdir" : "unlink",
                _ => verb,
            };
            calls.Add($"{verb} {(name.StartsWith(".tmp-", StringComparison.Ordinal) ? "tmp" : name)}");
        }

        return calls;
    }

    private static string LeafOfHandle(string line) => Path.GetFileName(HandlePattern().Match(line).Groups[1].Value);

    [GeneratedRegex(@"^\d+\s+(\w+)\(")]
    private static partial Regex CallPattern();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex QuotedPattern();

    [GeneratedRegex(@"\(\d+<([^>]*)>")]
    private static partial Regex HandlePattern();

    private sealed class OutcomeException(string message) : Exception(message);
}
