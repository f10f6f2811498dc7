using Longhaul.Fuzz;
using SharpFuzz;

// longhaul-fuzz                    names of the targets
// longhaul-fuzz TARGET --afl       under afl-fuzz: see fuzz/fuzz.sh
// longhaul-fuzz TARGET PATH...     each file, or each file of a folder; - is stdin
if (args.Length == 0)
{
    Console.WriteLine(string.Join('\n', FuzzTargets.All.Keys));
    return 0;
}

if (!FuzzTargets.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"There is no target {args[0]}.");
    return 2;
}

if (args is [_, "--afl"])
{
    Fuzzer.OutOfProcess.Run(stream => target.Run(ReadAll(stream)));
    SharedFile.Delete();
    return 0;
}

foreach (var path in args[1..])
{
    string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
    foreach (var file in files)
    {
        try
        {
            target.Run(file == "-" ? ReadAll(Console.OpenStandardInput()) : File.ReadAllBytes(file));
        }
        catch
        {
            Console.Error.WriteLine($"{target.Name} fails on {file}:");
            throw;
        }
    }
}

SharedFile.Delete();
return 0;

static byte[] ReadAll(Stream stream)
{
    using var all = new MemoryStream();
    stream.CopyTo(all);
    return all.ToArray();
}
