using Google.Protobuf;
using Google.Protobuf.Collections;
using PomIsa.Onnx.Schema;
using static PomIsa.OnnxCases.Fuzzing.Drawn;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Other dimensions, numbers, types, versions and places of data.</summary>
internal static class NumberMutations
{
    public static bool Dimension(ModelProto model, Random random)
    {
        if (Pick([.. model.Graph.Input, .. model.Graph.Output, .. model.Graph.ValueInfo], random)?.Type?.TensorType?.Shape is not { } shape)
        {
            return false;
        }

        switch (random.Next(4))
        {
            case 0:
                shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Number(random) });
                return true;
            case 1:
                shape.Dim.Clear();
                return true;
            case 2 when shape.Dim.Count > 0:
                shape.Dim[random.Next(shape.Dim.Count)].DimParam = "n";
                return true;
            default:
                if (Pick(shape.Dim, random) is not { } dim)
                {
                    return false;
                }

                dim.DimValue = Number(random);
                return true;
        }
    }

    public static bool AttributeNumber(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node || Pick(node.Attribute, random) is not { } attribute)
        {
            return false;
        }

        if (attribute.Ints.Count > 0)
        {
            Change(attribute.Ints, random);
        }
        else if (attribute.T is not null)
        {
            attribute.T.DataType = random.Next(30);
        }
        else
        {
            attribute.I = Number(random);
            attribute.F = random.Next(4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -1e30f, _ => 0 };
        }

        return true;
    }

    public static bool TensorNumber(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        if (tensor.Int64Data.Count > 0)
        {
            tensor.Int64Data[random.Next(tensor.Int64Data.Count)] = Number(random);
            return true;
        }

        byte[] raw = tensor.RawData.ToByteArray();
        if (raw.Length < sizeof(long))
        {
            return false;
        }

        BitConverter.TryWriteBytes(raw.AsSpan(random.Next((raw.Length / sizeof(long))) * sizeof(long)), Number(random));
        tensor.RawData = ByteString.CopyFrom(raw);
        return true;
    }

    public static bool TensorShape(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        if (tensor.Dims.Count == 0 || random.Next(4) == 0)
        {
            tensor.Dims.Add(Number(random));
            return true;
        }

        Change(tensor.Dims, random);
        return true;
    }

    public static bool ElementType(ModelProto model, Random random)
    {
        if (random.Next(2) == 0 && Tensor(model, random) is { } tensor)
        {
            tensor.DataType = random.Next(-1, 30);
            return true;
        }

        if (Pick([.. model.Graph.Input, .. model.Graph.Output], random)?.Type?.TensorType is not { } type)
        {
            return false;
        }

        type.ElemType = random.Next(-1, 30);
        return true;
    }

    public static bool Version(ModelProto model, Random random)
    {
        if (Pick(model.OpsetImport, random) is not { } import)
        {
            return false;
        }

        import.Version = random.Next(3) == 0 ? Number(random) : random.Next(0, 30);
        return true;
    }

    public static bool External(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        string[] places = ["../../../../etc/passwd", "/etc/passwd", "model.onnx", "nothing.bin", "", "a/../../b", "model.onnx\0"];
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringEntry { Key = "location", Value = places[random.Next(places.Length)] });
        tensor.ExternalData.Add(new StringEntry { Key = "offset", Value = Number(random).ToString(System.Globalization.CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringEntry { Key = "length", Value = Number(random).ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return true;
    }

    private static void Change(RepeatedField<long> list, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                list.Add(Number(random));
                break;
            case 1:
                list.RemoveAt(random.Next(list.Count));
                break;
            default:
                list[random.Next(list.Count)] = Number(random);
                break;
        }
    }
}
