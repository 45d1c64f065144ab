namespace PomIsa.Shards;

/// <summary>Why weights were refused. Codes are stable and listed in spec/shards.md.</summary>
public enum ShardFaultCode : byte
{
    None = 0,

    // Tensor files.
    HeaderTruncated = 1,
    HeaderTooLarge = 2,
    HeaderMalformed = 3,
    TensorMalformed = 4,
    TensorDTypeUnknown = 5,
    TensorSize = 6,
    TensorRange = 7,
    TensorGap = 8,
    TensorDuplicate = 9,

    // Manifests.
    BundleMalformed = 20,
    StatementMalformed = 21,
    WrongPredicate = 22,
    WrongKey = 23,
    BadSignature = 24,
    RootMismatch = 25,
    WrongModelName = 26,
    WrongModelRoot = 27,
    ChunkSizeUnsupported = 28,

    // Folders being imported.
    ManifestMissing = 40,
    FileMissing = 41,
    FileUnlisted = 42,
    FileLength = 43,
    FileIsLink = 44,
    ChunkMismatch = 45,
    TreeMismatch = 46,

    // The store.
    ManifestUnknown = 60,
    ChunkMissing = 61,
    ChunkCorrupt = 62,
    ChunkLength = 63,
}

/// <summary>One refusal: the code says what is wrong, <paramref name="Where"/> which file, range, field or digest.</summary>
public readonly record struct ShardFault(ShardFaultCode Code, string Where)
{
    /// <summary>A sentence for people: what is wrong, where, and what to do about it.</summary>
    public string Describe() => Code switch
    {
        ShardFaultCode.None => "No fault.",
        ShardFaultCode.HeaderTruncated => $"{Where}: the file ends inside its tensor header. Copy or download the file again.",
        ShardFaultCode.HeaderTooLarge => $"{Where}: the tensor header is longer than the file or than 16 MiB. This is not a tensor file that PomIsa reads.",
        ShardFaultCode.HeaderMalformed => $"{Where}: the tensor header is not the JSON that safetensors prescribes. Write the file again.",
        ShardFaultCode.TensorMalformed => $"{Where}: a tensor needs exactly dtype, shape and data_offsets, with whole numbers. Write the file again.",
        ShardFaultCode.TensorDTypeUnknown => $"{Where}: unknown dtype; known are F32, F16, BF16, I8, I32, I64, U8 and BOOL. Convert the tensor.",
        ShardFaultCode.TensorSize => $"{Where}: the byte range does not fit shape and dtype. Write the file again.",
        ShardFaultCode.TensorRange => $"{Where}: the byte range leaves the data area. The file is cut off or its header is wrong.",
        ShardFaultCode.TensorGap => $"{Where}: tensors overlap or leave unused bytes between them. Write the file again.",
        ShardFaultCode.TensorDuplicate => $"{Where}: two shards hold a tensor of this name. Rename one of them and sign again.",
        ShardFaultCode.BundleMalformed => $"The manifest is not a Model Signing bundle: {Where}. Get it from the publisher again.",
        ShardFaultCode.StatementMalformed => $"The manifest's signed statement is malformed: {Where}. Ask the publisher to sign again.",
        ShardFaultCode.WrongPredicate => $"The manifest states something else than a model signature: {Where}. Use the model's own model.sig.",
        ShardFaultCode.WrongKey => $"The manifest was signed by another key ({Where}). Use that publisher's public key, if you trust it.",
        ShardFaultCode.BadSignature => $"The manifest's signature does not verify: {Where}. The manifest was altered; get it from the publisher again.",
        ShardFaultCode.RootMismatch => $"The manifest contradicts itself, its root digest does not cover its resources: {Where}. Ask the publisher to sign again.",
        ShardFaultCode.WrongModelName => $"The manifest is for another model: {Where}.",
        ShardFaultCode.WrongModelRoot => $"The manifest is for other weights: {Where}.",
        ShardFaultCode.ChunkSizeUnsupported => $"The manifest's shard_size is not between 1 byte and 4 MiB: {Where}. Sign with a shard size of 1 MiB.",
        ShardFaultCode.ManifestMissing => $"{Where}: there is no manifest. Sign the folder first, or name the folder that holds model.sig.",
        ShardFaultCode.FileMissing => $"{Where}: the manifest lists this file and it is not there. Restore it.",
        ShardFaultCode.FileUnlisted => $"{Where}: the manifest does not list this file. Remove it, or have the publisher sign again.",
        ShardFaultCode.FileLength => $"{Where}: the file's length is not the signed one. Restore the file.",
        ShardFaultCode.FileIsLink => $"{Where}: symbolic links are not followed. Put the file itself there.",
        ShardFaultCode.ChunkMismatch => $"{Where}: these bytes are not the signed ones. Restore the file.",
        ShardFaultCode.TreeMismatch => $"{Where}: this is not the tree of the folder's tensors. Ask the publisher to sign again.",
        ShardFaultCode.ManifestUnknown => $"{Where}: the store holds no such manifest. Import the weights first.",
        ShardFaultCode.ChunkMissing => $"{Where}: the store does not hold this chunk. Import the weights again.",
        ShardFaultCode.ChunkCorrupt => $"{Where}: the store's bytes do not hash to their digest. Import the weights again; the store replaces the chunk.",
        ShardFaultCode.ChunkLength => $"{Where}: the chunk has another length than the manifest gives it. Ask the publisher to sign again.",
        _ => $"Unknown fault {(byte)Code} at {Where}.",
    };
}
