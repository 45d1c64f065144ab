namespace PomIsa.Rejections.Recipes;

/// <summary>Operands with which an opcode is right, and what of them could be otherwise.</summary>
internal sealed record Recipe(string Mnemonic, params Item[] Items)
{
    /// <summary>The result may be written over an operand of its type.</summary>
    public bool InPlace { get; init; }

    /// <summary>A step appends to the states before, as attention asks for; rows as many as this.</summary>
    public int AppendsFirst { get; init; }

    public Recipe With(int item, Item other)
    {
        Item[] items = [.. Items];
        items[item] = other;
        return this with { Items = items };
    }
}
