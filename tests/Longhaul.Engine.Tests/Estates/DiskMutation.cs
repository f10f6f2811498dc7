using Longhaul.Core.Machines;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>Writes like a machine does: small pages, new blocks, zeros, moved blocks; now and then the size changes.</summary>
internal static class DiskMutation
{
    private const int BlockSize = 256 << 10;

    internal static void Apply(Estate estate, Machine machine, Random chance)
    {
        var key = (machine.Id, machine.Disks[chance.Next(machine.Disks.Count)].Id);
        var disk = estate.Disks[key];
        var blocks = disk.Length / BlockSize;
        for (var i = chance.Next(4); i > 0; i--)
        {
            var at = chance.Next(blocks) * BlockSize;
            switch (chance.Next(5))
            {
                case 0:
                    chance.NextBytes(disk.AsSpan(at, BlockSize));
                    break;
                case 1:
                    disk.AsSpan(at, BlockSize).Clear();
                    break;
                case 2:
                    disk.AsSpan(chance.Next(blocks) * BlockSize, BlockSize).CopyTo(disk.AsSpan(at));
                    break;
                default:
                    chance.NextBytes(disk.AsSpan(at + chance.Next(BlockSize - 4096), 4096));
                    break;
            }
        }

        if (chance.Next(10) == 0)
        {
            Array.Resize(ref disk, Math.Max(2 * BlockSize, disk.Length + chance.Next(-2 * BlockSize, 2 * BlockSize)));
            estate.Disks[key] = disk;
        }
    }
}
