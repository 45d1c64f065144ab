using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Isa.Verification;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class ModuleFormatTests
{
    private static readonly byte[] Bytes = Tiny().Encode();

    [Fact]
    public void Decoding_gives_back_everything()
    {
        Module module = Decoded(Bytes);
        Assert.Equal(Bytes, module.Encode());
        Assert.Equal("logits", module.RegisterName(0, 1));
        Assert.Equal("n", module.LocalName(1, 0));
        Assert.Equal("n$1", module.LocalName(1, 1));
        Assert.Equal("A tiny decoder.\nFor tests.", module.Text!.Entries[0].Text);
        Assert.Equal(new SourcePosition(0, 31, 8), module.Positions!.Functions[1][1]);
        Assert.True(Tiny().Functions[0].Body.SequenceEqual(module.Functions[0].Body));
        Assert.True(Tiny().Functions[0].Registers.SequenceEqual(module.Functions[0].Registers));
        Assert.True(module.Customs[0].Bytes.AsSpan().SequenceEqual(new byte[] { 1, 2, 3 }));
        Verified(module);
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Modules)])]
    public void Encode_and_decode_are_the_identity(Module module)
    {
        byte[] bytes = module.Encode();
        Assert.Equal(bytes, Decoded(bytes).Encode());
        Assert.Equal(module.ProgramDigest(), Decoded(bytes).ProgramDigest());
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Modules)])]
    public void The_verifier_takes_any_module_without_throwing(Module module)
    {
        Verifier.TryVerify(module, out _, out ImmutableArray<Fault> faults);
        Assert.All(faults, f => Assert.NotEmpty(FaultText.Describe(f, module)));
    }

    [Fact]
    public void Names_positions_and_texts_do_not_change_the_digest()
    {
        Module bare = Tiny() with { Names = null, Positions = null, Text = null, Customs = [] };
        Assert.Equal(bare.ProgramDigest(), Tiny().ProgramDigest());
        Assert.Equal(Digest.Of(bare.Encode()), bare.ProgramDigest());
        Assert.NotEqual(bare.ProgramDigest(), (bare with { Symbols = [new(8), new(33)] }).ProgramDigest());
    }

    [Fact]
    public void A_module_cut_at_any_byte_is_malformed_or_lacks_a_custom_section()
    {
        byte[] bare = (Tiny() with { Names = null, Positions = null, Text = null, Customs = [] }).Encode();
        for (int length = 0; length < Bytes.Length; length++)
        {
            if (Module.TryDecode(Bytes.AsSpan(0, length), out Module module, out Fault fault))
            {
                Assert.True(length >= bare.Length, $"cut at {length}");
                Assert.Equal(Tiny().ProgramDigest(), module.ProgramDigest());
            }
            else
            {
                Assert.Equal(Stage.Malformed, fault.Stage);
                Assert.InRange(fault.At, 0, length);
                Assert.NotEmpty(FaultText.Describe(fault, null));
            }
        }

        for (int length = 0; length < bare.Length; length++)
        {
            Assert.False(Module.TryDecode(bare.AsSpan(0, length), out _, out _));
        }
    }

    [Fact]
    public void Every_bit_of_the_header_counts()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] flipped = [.. Bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Module.TryDecode(flipped, out _, out Fault fault));
            Assert.Equal(bit < 32 ? (FaultCode.BadMagic, 0) : (FaultCode.BadVersion, 4), (fault.Code, fault.At));
        }
    }

    [Fact]
    public void Any_flipped_bit_gives_a_fault_or_another_module_that_encodes_to_itself()
    {
        for (int bit = 64; bit < 8 * Bytes.Length; bit++)
        {
            byte[] flipped = [.. Bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Canonical(flipped);
        }
    }

    [Property(MaxTest = 2000)]
    public void Random_damage_never_throws_and_never_takes_much_memory(byte[] places, byte[] values)
    {
        byte[] damaged = [.. Bytes];
        for (int i = 0; i < Math.Min(places.Length, values.Length); i++)
        {
            damaged[(places[i] * 7 + i * 131) % damaged.Length] = values[i];
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Module.TryDecode(damaged, out _, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Canonical(damaged);
    }

    [Property(MaxTest = 1000)]
    public void Random_bytes_behind_a_good_header_never_throw(byte[] rest) => Canonical([.. Bytes.AsSpan(0, 8), .. rest]);

    [Fact]
    public void A_count_is_believed_only_as_far_as_bytes_can_hold_it()
    {
        // Functions section that claims 4096 functions in 3 bytes; a weights section that claims 65536.
        byte[] functions = [.. Bytes.AsSpan(0, 8), 5, 3, 0x80, 0x20, 0];
        byte[] weights = [.. Bytes.AsSpan(0, 8), 2, 3, 0x80, 0x80, 0x04];
        foreach (byte[] bytes in new[] { functions, weights })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(Module.TryDecode(bytes, out _, out Fault fault));
            Assert.Equal((FaultCode.UnexpectedEnd, 10), (fault.Code, fault.At));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        }
    }

    [Theory]
    [InlineData("01 81 00")] // 1 in two bytes
    [InlineData("01 80 80 80 80 10")] // 33 bits
    public void A_number_has_one_encoding(string symbols)
    {
        byte[] content = Convert.FromHexString(symbols.Replace(" ", "", StringComparison.Ordinal));
        byte[] bytes = [.. Bytes.AsSpan(0, 8), 1, (byte)content.Length, .. content];
        Assert.False(Module.TryDecode(bytes, out _, out Fault fault));
        Assert.Equal((FaultCode.BadNumber, 11), (fault.Code, fault.At));
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(63, "3f")]
    [InlineData(64, "c000")]
    [InlineData(-64, "40")]
    [InlineData(-65, "bf7f")]
    [InlineData(long.MaxValue, "ffffffffffffffffff00")]
    [InlineData(long.MinValue, "8080808080808080807f")]
    public void Signed_numbers_take_as_few_bytes_as_possible(long value, string hex)
    {
        Module module = Alone(Op("push", I(value)), Op("halt"));
        byte[] bytes = module.Encode();
        Assert.Contains("10" + hex + "00", Convert.ToHexStringLower(bytes), StringComparison.Ordinal);
        Assert.Equal(value, Decoded(bytes).Functions[0].Body[0].Operands[0].I64);
    }

    [Theory]
    [InlineData("8000")] // 0 in two bytes
    [InlineData("ff7f")] // -1 in two bytes
    [InlineData("80808080808080808001")] // 2^63
    public void Longer_signed_numbers_are_malformed(string hex)
    {
        byte[] push = Convert.FromHexString("10" + hex);
        byte[] code = [1, 2, (byte)(push.Length + 1), .. push, 0x00];
        byte[] bytes = [.. Bytes.AsSpan(0, 8), 5, 6, 1, 1, 0, 0, 0, 0, 6, (byte)code.Length, .. code, 7, 1, 0];
        Assert.False(Module.TryDecode(bytes, out _, out Fault fault));
        Assert.Equal((FaultCode.BadNumber, 22), (fault.Code, fault.At));
    }

    [Fact]
    public void Sections_stand_in_order_once_and_hold_something()
    {
        byte[] head = Bytes[..8], functions = [5, 6, 1, 1, 0, 0, 0, 0], code = [6, 4, 1, 1, 1, 0x00], entry = [7, 1, 0];
        Assert.True(Module.TryDecode([.. head, .. functions, .. code, .. entry], out _, out _));
        Expect(FaultCode.SectionOrder, [.. head, .. functions, .. functions, .. code, .. entry]);
        Expect(FaultCode.MissingSection, [.. head, .. code, .. functions, .. entry]);
        Expect(FaultCode.MissingSection, [.. head, .. functions, .. code]);
        Expect(FaultCode.MissingSection, [.. head, .. functions, .. entry]);
        Expect(FaultCode.EmptySection, [.. head, 1, 1, 0, .. functions, .. code, .. entry]);
        Expect(FaultCode.UnknownSection, [.. head, .. functions, .. code, .. entry, 9, 1, 0]);
        Expect(FaultCode.EmptySection, [.. head, .. functions, .. code, .. entry, 8, 1, 0]);
        Expect(FaultCode.BadIndex, [.. head, .. functions, .. code, .. entry, 8, 3, 1, 0, 0]);
        Expect(FaultCode.SectionOrder, [.. head, .. functions, .. code, .. entry, 0x90, 1, 0, 0x90, 1, 0]);
        Expect(FaultCode.EmptySection, [.. head, .. functions, .. code, .. entry, 0x90, 0]);
        Expect(FaultCode.SectionLength, [.. head, .. functions, .. code, 7, 2, 0, 0]);
        Expect(FaultCode.BadIndex, [.. head, .. functions, .. code, 7, 1, 1]);
        Expect(FaultCode.UnknownOpcode, [.. head, .. functions, 6, 4, 1, 1, 1, 0x0f, .. entry]);
        Expect(FaultCode.BadText, [.. head, 2, 41, 1, 1, 0x0a, .. new byte[38], .. functions, .. code, .. entry]);
    }

    private static void Expect(FaultCode code, byte[] bytes)
    {
        Assert.False(Module.TryDecode(bytes, out _, out Fault fault));
        Assert.Equal(code, fault.Code);
    }

    private static void Canonical(byte[] bytes)
    {
        if (Module.TryDecode(bytes, out Module module, out Fault fault))
        {
            Assert.Equal(bytes, module.Encode());
            Verifier.TryVerify(module, out _, out _);
        }
        else
        {
            Assert.Equal(Stage.Malformed, fault.Stage);
            Assert.InRange(fault.At, 0, bytes.Length);
        }
    }

    private static Module Decoded(byte[] bytes)
    {
        Assert.True(Module.TryDecode(bytes, out Module module, out Fault fault), FaultText.Describe(fault with { Code = fault.Code == 0 ? FaultCode.BadMagic : fault.Code }, null));
        return module;
    }
}

/// <summary>Modules whose indices are in range and whose sense is random.</summary>
public static class Modules
{
    public static Arbitrary<Module> Module() => Arb.From(
        from seeds in Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1), 300)
        select new RandomModule(seeds).Build());
}
