using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>The sections read so far; each later one is read against the earlier ones.</summary>
internal sealed class ModuleParts
{
    private ImmutableArray<SymbolEntry> _symbols = [];
    private ImmutableArray<WeightEntry> _weights = [];
    private ImmutableArray<StateEntry> _states = [];
    private ImmutableArray<InputEntry> _inputs = [];
    private ImmutableArray<Function> _functions = [];
    private int _entry;
    private ImmutableArray<WeightData> _data = [];
    private ModuleNames? _names;
    private SourceMap? _positions;
    private ModuleText? _text;
    private readonly List<CustomSection> _customs = [];
    private int _registers;

    private delegate T ReadItem<T>(ref ByteReader r);

    public Module Build() => new()
    {
        Symbols = _symbols,
        Weights = _weights,
        States = _states,
        Inputs = _inputs,
        Functions = _functions,
        Entry = _entry,
        Data = _data,
        Names = _names,
        Positions = _positions,
        Text = _text,
        Customs = [.. _customs],
    };

    /// <summary>Reads the content of section <paramref name="id"/>, to which the reader is narrowed.</summary>
    public void Section(ref ByteReader r, byte id, int at)
    {
        switch (id)
        {
            case SectionId.Symbols:
                _symbols = List(ref r, Limits.Symbols, 1, false, static (ref ByteReader x) =>
                    new SymbolEntry(x.UpTo(int.MaxValue, FaultCode.BadValue)));
                break;
            case SectionId.Weights:
                _weights = List(ref r, Limits.Weights, 36, false, DeclarationReader.Weight);
                break;
            case SectionId.States:
                _states = List(ref r, Limits.States, 4, false, (ref ByteReader x) => DeclarationReader.State(ref x, _symbols.Length));
                break;
            case SectionId.Inputs:
                _inputs = List(ref r, Limits.Inputs, 2, false, (ref ByteReader x) =>
                    new InputEntry(DeclarationReader.Type(ref x, _symbols.Length)));
                break;
            case SectionId.Functions:
                _functions = List(ref r, Limits.Functions, 5, true, Signature);
                break;
            case SectionId.Code:
                Code(ref r);
                break;
            case SectionId.Entry:
                _entry = r.UpTo(_functions.Length - 1L, FaultCode.BadIndex);
                break;
            case SectionId.Data:
                int after = -1;
                _data = List(ref r, Limits.Weights, 2, false, (ref ByteReader x) => DeclarationReader.Data(ref x, _weights.Length, ref after));
                break;
            case SectionId.Names:
                _names = CustomReader.Names(ref r, Build());
                break;
            case SectionId.Positions:
                _positions = CustomReader.Positions(ref r, Build());
                break;
            case SectionId.Text:
                _text = CustomReader.Texts(ref r, Build());
                break;
            case > SectionId.Text:
                if (r.Left == 0)
                {
                    r.Fail(FaultCode.EmptySection, at);
                }

                _customs.Add(new CustomSection(id, [.. r.Take(r.Left)]));
                break;
            default:
                r.Fail(FaultCode.UnknownSection, at);
                break;
        }
    }

    private static ImmutableArray<T> List<T>(ref ByteReader r, int limit, int size, bool mayBeEmpty, ReadItem<T> read)
    {
        int at = r.At;
        int count = r.Count(limit, size);
        if (count == 0 && !mayBeEmpty)
        {
            r.Fail(FaultCode.EmptySection, at);
        }

        var items = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count && !r.Failed; i++)
        {
            items.Add(read(ref r));
        }

        return items.DrainToImmutable();
    }

    private Function Signature(ref ByteReader r)
    {
        var kind = (FunctionKind)r.ByteUpTo((byte)FunctionKind.Driver);
        int parameters = r.UpTo(Limits.Parameters, FaultCode.TooMany);
        int results = r.UpTo(Limits.Parameters, FaultCode.TooMany);
        int locals = r.UpTo(Limits.Locals, FaultCode.TooMany);
        int at = r.At;
        int count = r.Count(Limits.Registers, 2);
        _registers += count;
        if (_registers > Limits.RegistersInAll)
        {
            r.Fail(FaultCode.TooMany, at);
        }
        else if (count < parameters + results)
        {
            r.Fail(FaultCode.BadValue, at);
        }

        var types = ImmutableArray.CreateBuilder<TensorType>(count);
        for (int i = 0; i < count && !r.Failed; i++)
        {
            types.Add(DeclarationReader.Type(ref r, _symbols.Length));
        }

        return new Function
        {
            Kind = kind,
            ParameterCount = parameters,
            ResultCount = results,
            LocalCount = locals,
            Registers = types.DrainToImmutable(),
        };
    }

    private void Code(ref ByteReader r)
    {
        int at = r.At;
        if (r.Count(Limits.Functions, 2) != _functions.Length)
        {
            r.Fail(FaultCode.BadValue, at);
        }

        int total = 0;
        var functions = ImmutableArray.CreateBuilder<Function>(_functions.Length);
        for (int i = 0; i < _functions.Length && !r.Failed; i++)
        {
            ImmutableArray<Instruction> body = CodeReader.Body(ref r, Build(), _functions[i], ref total);
            functions.Add(_functions[i] with { Body = body });
        }

        if (!r.Failed)
        {
            _functions = functions.DrainToImmutable();
        }
    }
}
