using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;

namespace PomIsa.Evidence.Tests.Keys;

/// <summary>spec/evidence/ed25519.json: edge cases as in Wycheproof, made by <c>signatures.py</c> beside it.</summary>
public class Ed25519VectorTests
{
    private sealed record Case(string Name, bool Valid, string Source, string Key, string Message, string Signature);

    private sealed record Cases(Case[] Signatures);

    private static readonly Case[] All = JsonSerializer.Deserialize<Cases>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "ed25519.json")), JsonSerializerOptions.Web)!.Signatures;

    [Fact]
    public void Exactly_the_signatures_that_hold_are_accepted()
    {
        Assert.InRange(All.Length, 50, 500);
        List<string> wrong = [];
        foreach (Case one in All)
        {
            bool accepted = VerifierKey.TryCreate("k", Hex(one.Key), out VerifierKey key) && key.Verify(Hex(one.Message), Hex(one.Signature));
            if (accepted != one.Valid)
            {
                wrong.Add(one.Name);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_witness_refuses_them_in_its_own_form_too()
    {
        foreach (Case one in All.Where(static c => !c.Valid && c.Key.Length == 64))
        {
            // The message is another, so the signature is wrong in any case; what counts is that nothing throws or passes.
            Assert.False(VerifierKey.TryCreate("k", Hex(one.Key), out VerifierKey key, VerifierKey.CosignatureType)
                && key.Verify(Hex(one.Message), [.. new byte[8], .. Hex(one.Signature)]), one.Name);
        }
    }

    [Fact]
    public void A_note_with_such_a_signature_is_refused()
    {
        foreach (Case one in All.Where(static c => !c.Valid && c.Message.Length > 0))
        {
            if (!VerifierKey.TryCreate("k", Hex(one.Key), out VerifierKey key))
            {
                continue;
            }

            var id = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(id, key.Id);
            string text = Encoding.UTF8.GetString(Hex(one.Message)) + "\n";
            byte[] note = Encoding.UTF8.GetBytes($"{text}\n— k {Convert.ToBase64String([.. id, .. Hex(one.Signature)])}\n");
            Assert.False(SignedNote.TryOpen(note, [key], out _, out NoteFault fault), one.Name);
            Assert.True(fault is NoteFault.BadSignature or NoteFault.Malformed, one.Name);
        }
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
