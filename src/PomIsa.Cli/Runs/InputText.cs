using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Cli.Tensors;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>Inputs as the user writes them: <c>name=1.5,-2,3</c>, row-major, or <c>name=@FILE</c>.</summary>
internal static class InputText
{
    /// <summary>A tensor for each input of a program: the ones given by name, the prompt's tokens for all others.</summary>
    /// <param name="module">The program.</param>
    /// <param name="given">What the user wrote.</param>
    /// <param name="prompt">Tokens for inputs that were not named.</param>
    /// <param name="names">What else the inputs are called, in order; empty: nothing.</param>
    /// <returns>Empty where none was given by name: the machine makes all of them from the prompt.</returns>
    public static ImmutableArray<InputTensor> Read(Module module, string[] given, ImmutableArray<int> prompt, ImmutableArray<string> names)
    {
        var tensors = new InputTensor?[module.Inputs.Length];
        foreach (string one in given)
        {
            int equals = one.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? one : one[..equals];
            int index = Enumerable.Range(0, tensors.Length).FirstOrDefault(i => module.InputName(i) == name || (i < names.Length && names[i] == name), -1);
            if (equals < 0 || index < 0)
            {
                string known = string.Join(", ", Enumerable.Range(0, tensors.Length).Select(module.InputName));
                throw CliException.Usage($"--input takes NAME=VALUES; {(known.Length == 0 ? "this program has no inputs" : $"this program's inputs are {known}")}.");
            }

            TensorType type = module.Inputs[index].Type;
            tensors[index] = equals + 1 < one.Length && one[equals + 1] == '@' ? TensorPath.Input(module, name, type, one[(equals + 2)..]) : Tensor(module, name, type, one[(equals + 1)..]);
        }

        return given.Length == 0 ? [] : [.. tensors.Select(tensor => tensor ?? Tokens(prompt))];
    }

    private static InputTensor Tokens(ImmutableArray<int> prompt)
    {
        var bytes = new byte[prompt.Length * sizeof(int)];
        for (int i = 0; i < prompt.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), prompt[i]);
        }

        return new InputTensor(DType.I32, [prompt.Length], [.. bytes]);
    }

    private static InputTensor Tensor(Module module, string name, TensorType type, string text)
    {
        string[] words = text.Split([',', ' ', '\n', '\t', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        int size = DTypes.SizeOf(type.Element);
        var bytes = new byte[words.Length * size];
        for (int i = 0; i < words.Length; i++)
        {
            if (!TryWrite(type.Element, words[i], bytes.AsSpan(i * size, size)))
            {
                throw CliException.Usage($"Input {name} is {type.Describe(module)}; '{words[i]}' is no such value.");
            }
        }

        int[] shape = [.. type.Shape.Select(static one => one.IsSymbol ? -1 : (int)one.Value)];
        long rest = shape.Where(static one => one >= 0).Aggregate(1L, static (a, b) => a * b);
        if (shape.Length > 0 && shape[0] < 0)
        {
            shape[0] = rest > 0 ? (int)(words.Length / rest) : 0;
            rest *= shape[0];
        }

        return rest == words.Length
            ? new InputTensor(type.Element, [.. shape], [.. bytes])
            : throw CliException.Usage($"Input {name} is {type.Describe(module)}; {words.Length} values do not fill it.");
    }

    /// <summary>Writes one value; false where the word is none of that type.</summary>
    public static bool TryWrite(DType element, string word, Span<byte> to)
    {
        if (element is DType.F32 or DType.F16 or DType.BF16)
        {
            if (!float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
            {
                return false;
            }

            switch (element)
            {
                case DType.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(to, value);
                    break;
                case DType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(to, (Half)value);
                    break;
                default:
                    uint bits = BitConverter.SingleToUInt32Bits(value);
                    bits = float.IsNaN(value) ? 0x7fc0_0000 : bits + 0x7fff + ((bits >> 16) & 1); // ties to even
                    BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)(bits >> 16));
                    break;
            }

            return true;
        }

        (long least, long most) = element switch
        {
            DType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.Bool => (0L, 1L),
            DType.I32 => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        if (!long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) || whole < least || whole > most)
        {
            return false;
        }

        Span<byte> eight = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(eight, whole);
        eight[..to.Length].CopyTo(to);
        return true;
    }
}
