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
        public IEnumerable<string> Names => tensors.Keys.Where(n => !IsPart(n));

        public WeightBinding? Find(string name)
        {
            if (!tensors.TryGetValue(name, out (TensorInfo Info, ReadOnlyMemory<byte> Bytes) found) || IsPart(name)
                || !WeightStorage.TryRead(found.Info.DType, found.Info.Shape.AsSpan(), out DType element, out ImmutableArray<int> shape, out WeightLayout layout))
            {
                return null;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (StoredTensor part in WeightStorage.Of(new WeightEntry(name, element, shape, layout)))
            {
                if (!tensors.TryGetValue(name + part.Suffix, out (TensorInfo Info, ReadOnlyMemory<byte> Bytes) tensor))
                {
                    return null;
                }

                hash.AppendData(tensor.Bytes.Span);
            }

            return new WeightBinding(element, shape, layout, new Digest(hash.GetHashAndReset()));
        }

        /// <summary>Whether a tensor holds the scales of another one rather than a weight of its own.</summary>
        private bool IsPart(string name)
        {
            int dot = name.LastIndexOf('.');
            return dot > 0 && name[dot..] is WeightStorage.Scale or WeightStorage.Sub
                && tensors.TryGetValue(name[..dot], out (TensorInfo Info, ReadOnlyMemory<byte> Bytes) of) && of.Info.DType is "I8" or "U8";
        }
    }
}
