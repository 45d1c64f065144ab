using PomIsa.Chain.Mints;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Blocks;

/// <summary>Why an order was not condensed. Numbers are stable and listed in spec/chain.md, chapter 8.</summary>
public enum ReliefFaultCode : byte
{
    None = 0,

    /// <summary>No open order has this digest: it was condensed or abandoned, or is another chain's.</summary>
    OrderNotOpen = 1,

    /// <summary>The order began with another run.</summary>
    OtherRun = 2,

    /// <summary>The run belongs to another order.</summary>
    RunTaken = 3,

    /// <summary>The response has no bytes.</summary>
    ResponseEmpty = 4,

    /// <summary>The response is longer than the chain stores.</summary>
    ResponseTooLong = 5,

    /// <summary>The pool of responses is full.</summary>
    ResponsePoolFull = 6,

    /// <summary>The run minted nothing: there is no evidence for its response.</summary>
    NothingMinted = 7,

    /// <summary>The ledger refused a mint; the fault's <see cref="ReliefFault.Mint"/> says why.</summary>
    MintRefused = 8,
}

/// <summary>Why an order was not condensed. Nothing has changed then.</summary>
public readonly record struct ReliefFault(ReliefFaultCode Code, MintFault Mint = default);

/// <summary>What condensing one order did.</summary>
/// <param name="Response">SHA-256 of the stored response.</param>
/// <param name="Records">Records pruned to their commitment.</param>
/// <param name="FreedBytes">Bytes of records dropped less the bytes of the commitments that stay.</param>
/// <param name="Before">The pressure before.</param>
/// <param name="After">The pressure after.</param>
public readonly record struct Relief(
    Digest Order,
    Digest Run,
    Digest Response,
    int Records,
    long FreedBytes,
    PressureReading Before,
    PressureReading After);
