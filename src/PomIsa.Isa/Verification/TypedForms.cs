using System.Runtime.InteropServices;

namespace PomIsa.Isa.Verification;

/// <summary>
/// The typed instructions seen so far, by row and what its rule can look at: types of registers, weights and states, the other
/// operands and the immediates as they are. A rule is a function of these, so that one answer serves all instructions of a form.
/// </summary>
/// <remarks>Only what the rule took and whose written registers have the inferred types is kept; all else is asked again each time, for its fault.</remarks>
internal sealed class TypedForms
{
    /// <summary>Words of the longest key: the row and its operands. Instructions with more are not kept.</summary>
    private const int Words = 16;

    /// <summary>Forms kept at most; a module of more is verified by its rules alone from there on.</summary>
    private const int Most = 1 << 14;

    private readonly Dictionary<TensorType, int> _types = new(TensorType.ByValue);
    private readonly int[] _weights; // numbers of types whose shapes have the layout, or symbol and rows, before the dimensions
    private readonly int[] _states;
    private readonly List<TypedForm> _forms = [];
    private readonly ulong[] _key = new ulong[Words];
    private ulong[] _keys = new ulong[64 * Words];
    private int[] _slots = new int[128];

    public TypedForms(Module module)
    {
        _weights = new int[module.Weights.Length];
        for (int i = 0; i < _weights.Length; i++)
        {
            WeightEntry weight = module.Weights[i];
            _weights[i] = TypeNumber(new TensorType(weight.Element, Dim.Constants([(int)weight.Layout], weight.Shape.AsSpan())));
        }

        _states = new int[module.States.Length];
        for (int i = 0; i < _states.Length; i++)
        {
            StateEntry state = module.States[i];
            _states[i] = TypeNumber(new TensorType(state.Element, Dim.Constants([state.Symbol, state.MaxRows], state.Row.AsSpan())));
        }
    }

    /// <summary>A form by its number.</summary>
    public TypedForm this[int form] => _forms[form];

    /// <summary>A number for a type: equal types have equal ones.</summary>
    public int TypeNumber(TensorType type)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_types, type, out bool isKnown);
        number = isKnown ? number : _types.Count - 1;
        return number;
    }

    /// <summary>Begins the key of an instruction; false where it is too long to be kept.</summary>
    public bool Begin(OpcodeRow row, int operands)
    {
        if (operands >= Words)
        {
            return false;
        }

        _key[0] = row.Code | ((ulong)operands << 8);
        return true;
    }

    /// <summary>The next operand of the key that was begun last: a register, given by its type's number, or any other.</summary>
    public void Put(int operand, OperandKind kind, ulong bits) => _key[operand + 1] = kind switch
    {
        OperandKind.Weight => (ulong)_weights[bits],
        OperandKind.State => (ulong)_states[bits],
        _ => bits,
    };

    /// <summary>The key that was begun last, valid until the next.</summary>
    public ReadOnlySpan<ulong> Key(int operands) => operands >= Words ? [] : _key.AsSpan(0, operands + 1);

    /// <summary>The form of a key, or -1.</summary>
    public int Find(ReadOnlySpan<ulong> key)
    {
        for (int slot = Slot(key); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            int form = _slots[slot] - 1;
            if (form < 0 || IsOf(form, key))
            {
                return form;
            }
        }
    }

    /// <summary>Keeps a form under a key that none has; its number, or -1 where there are enough.</summary>
    public int Add(ReadOnlySpan<ulong> key, InferRequest request)
    {
        if (_forms.Count == Most)
        {
            return -1;
        }

        int form = _forms.Count;
        _forms.Add(new TypedForm(request));
        if (_keys.Length < (form + 1) * Words)
        {
            Array.Resize(ref _keys, 2 * _keys.Length);
        }

        key.CopyTo(_keys.AsSpan(form * Words));
        if (2 * _forms.Count > _slots.Length)
        {
            Rehash();
        }
        else
        {
            Enter(form, key);
        }

        return form;
    }

    private bool IsOf(int form, ReadOnlySpan<ulong> key)
    {
        ReadOnlySpan<ulong> known = KeyOf(form, key.Length);
        for (int i = 0; i < key.Length && i < known.Length; i++)
        {
            if (known[i] != key[i])
            {
                return false;
            }
        }

        return true;
    }

    private ReadOnlySpan<ulong> KeyOf(int form, int length) => _keys.AsSpan(form * Words, length);

    // The first word has the number of operands, so that keys of different lengths differ there.
    private int LengthOf(int form) => (int)(_keys[form * Words] >> 8) + 1;

    private int Slot(ReadOnlySpan<ulong> key)
    {
        ulong hash = 0;
        foreach (ulong word in key)
        {
            hash = unchecked((ulong.RotateLeft(hash, 5) ^ word) * 0x9e3779b97f4a7c15);
        }

        return (int)(hash >> 40) & (_slots.Length - 1);
    }

    private void Enter(int form, ReadOnlySpan<ulong> key)
    {
        int slot = Slot(key);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = form + 1;
    }

    private void Rehash()
    {
        _slots = new int[2 * _slots.Length];
        for (int form = 0; form < _forms.Count; form++)
        {
            Enter(form, KeyOf(form, LengthOf(form)));
        }
    }
}
