namespace PomIsa.Oracle.Tests;

/// <summary>The files of spec/vectors are what the oracle gives, byte for byte: <c>dotnet run -c Release --project tests/PomIsa.Oracle -- write spec/vectors</c>.</summary>
public sealed class VectorFileTests
{
    private static readonly VectorFolder Folder = new(Path.Combine(Root(), "spec", "vectors"));

    public static TheoryData<string> Mnemonics => [.. Folder.Rows.Select(static r => r.Mnemonic)];

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void A_file_is_what_the_oracle_gives(string mnemonic)
    {
        OpcodeRow row = Folder.Rows.Single(r => r.Mnemonic == mnemonic);
        Assert.True(Folder.IsFresh(row), $"{Folder.PathOf(row)} is not what the oracle gives");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PomIsa.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No folder above the tests holds PomIsa.sln.");
    }
}
