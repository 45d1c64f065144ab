using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz.Properties;

/// <summary>What decoder and verifier say of bytes, and the memory that it takes them to say it.</summary>
internal static class Judgement
{
    /// <summary>Bytes that may be allocated for each byte of a module, and besides.</summary>
    public const long PerByte = 1024, Besides = 1 << 18;

    /// <summary>Decodes and verifies, and holds what was allocated against the length.</summary>
    /// <param name="module">Null where the bytes are malformed.</param>
    /// <param name="verified">Null where they are malformed or the module is invalid.</param>
    /// <param name="faults">Why.</param>
    public static void Of(byte[] bytes, out Module? module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        (module, verified) = (null, null);
        if (Module.TryDecode(bytes, out Module decoded, out Fault malformed))
        {
            module = decoded;
            bool valid = Verifier.TryVerify(decoded, out verified, out faults);
            Assert.Equal(valid, faults.IsEmpty);
        }
        else
        {
            faults = [malformed];
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= (PerByte * bytes.Length) + Besides, $"{allocated} bytes were allocated to judge {bytes.Length}");
        Assert.All(faults, static f => Assert.True(f.Stage == Stage.Malformed ? f.At >= 0 : f.Code != FaultCode.None, f.ToString()));
    }
}
