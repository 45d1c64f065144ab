using System.Collections.Immutable;
using System.Security.Cryptography;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Cli.Models;

/// <summary>A folder of weight shards, as an assembler and an importer see it.</summary>
internal static class WeightFolder
{
    /// <summary>The publisher's key: the given file, or publisher.pub in the folder above the weights, or above that.</summary>
    public static PublisherPublicKey Publisher(string folder, string? given)
    {
        if (given is not null)
        {
            return PublisherPublicKey.Load(given);
        }

        for (DirectoryInfo? at = new DirectoryInfo(folder).Parent; at is not null && at.FullName.Length + 64 > folder.Length; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "publisher.pub");
            if (File.Exists(path))
            {
                return PublisherPublicKey.Load(path);
            }
        }

        throw CliException.Usage($"No publisher.pub was found above {folder}. Name the publisher's public key with --publisher.");
    }

    /// <summary>What the shards of a folder hold, by the names and shapes that a program declares.</summary>
    public static IWeightCatalog Catalog(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw CliException.Usage($"There is no folder {folder}.");
        }

        var tensors = new Dictionary<string, (TensorInfo Info, ReadOnlyMemory<byte> Bytes)>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "*.shard").Order(StringComparer.Ordinal))
        {
            byte[] file = File.ReadAllBytes(path);
            if (!TensorFile.TryReadHeader(file, out TensorFileHeader? header, out ShardFault fault))
            {
                throw CliException.Refused($"{path}: {fault.Describe()}");
            }

            foreach (TensorInfo tensor in header.Tensors)
            {
                if (!tensors.TryAdd(tensor.Name, (tensor, file.AsMemory((int)(header.DataStart + tensor.Begin), (int)tensor.ByteLength))))
                {
                    throw CliException.Refused(new ShardFault(ShardFaultCode.TensorDuplicate, $"{path}, {tensor.Name}").Describe());
                }
            }
        }

        return tensors.Count > 0 ? new ShardCatalog(tensors) : throw CliException.Usage($"{folder} holds no shards (*.shard).");
    }

    private sealed class ShardCatalog(Dictionary<string, (TensorInfo Info, ReadOnlyMemory<byte> Bytes)> tensors) : IWeightCatalog
    {
        private const string Scale = ".scale";

        public IEnumerable<string> Names => tensors.Keys.Where(n => !IsScale(n));

        public WeightBinding? Find(string name)
        {
            if (!tensors.TryGetValue(name, out (TensorInfo Info, ReadOnlyMemory<byte> Bytes) found) || IsScale(name))
            {
                return null;
            }

            int[] stored = [.. found.Info.Shape.Select(static d => checked((int)d))];
            return (found.Info.DType, stored.Length) switch
            {
                ("I8", 4) when tensors.TryGetValue(name + Scale, out (TensorInfo Info, ReadOnlyMemory<byte> Bytes) scale) =>
                    new WeightBinding(DType.W8, [stored[1] * 4, stored[0] * 16], WeightLayout.Panels16, DigestOf(found.Bytes, scale.Bytes)),
                ("F32", 3) => new WeightBinding(DType.F32, [stored[1], stored[0] * 16], WeightLayout.Panels16, DigestOf(found.Bytes, default)),
                ("F32", 1 or 2) => new WeightBinding(DType.F32, [.. stored], WeightLayout.Rows, DigestOf(found.Bytes, default)),
                _ => null,
            };
        }

        private bool IsScale(string name) =>
            name.EndsWith(Scale, StringComparison.Ordinal) && tensors.TryGetValue(name[..^Scale.Length], out var of) && of.Info.DType == "I8";

        private static Digest DigestOf(ReadOnlyMemory<byte> values, ReadOnlyMemory<byte> scales)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(values.Span);
            hash.AppendData(scales.Span);
            return new Digest(hash.GetHashAndReset());
        }
    }
}
