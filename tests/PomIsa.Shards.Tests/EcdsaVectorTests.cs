using System.Security.Cryptography;
using System.Text.Json;

namespace PomIsa.Shards.Tests;

/// <summary>spec/evidence/ecdsa.json: edge cases as in Wycheproof, made by <c>signatures.py</c> beside it.</summary>
public class EcdsaVectorTests
{
    private sealed record KeyCase(string Name, bool Valid, string Key);

    private sealed record Case(string Name, bool Valid, string Source, string Key, string Message, string Signature);

    private sealed record Cases(KeyCase[] Keys, Case[] Signatures);

    private static readonly Cases All = JsonSerializer.Deserialize<Cases>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "ecdsa.json")), JsonSerializerOptions.Web)!;

    [Fact]
    public void Exactly_the_signatures_that_hold_are_accepted()
    {
        Assert.InRange(All.Signatures.Length, 50, 500);
        List<string> wrong = [];
        foreach (Case one in All.Signatures)
        {
            Assert.True(PublisherPublicKey.TryParse(Pem(one.Key), out PublisherPublicKey? key), one.Name);
            using (key)
            {
                if (key.Verify(Convert.FromHexString(one.Message), Convert.FromHexString(one.Signature)) != one.Valid)
                {
                    wrong.Add(one.Name);
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Exactly_the_keys_that_are_points_of_P_256_are_taken()
    {
        List<string> wrong = [];
        foreach (KeyCase one in All.Keys)
        {
            bool taken = PublisherPublicKey.TryParse(Pem(one.Key), out PublisherPublicKey? key);
            key?.Dispose();
            if (taken != one.Valid)
            {
                wrong.Add(one.Name);
            }
        }

        Assert.Empty(wrong);
    }

    private static string Pem(string hex) => PemEncoding.WriteString("PUBLIC KEY", Convert.FromHexString(hex));
}
