using PomIsa.Oracle;

// write FOLDER: makes the vector file of every opcode. check FOLDER: compares. count FOLDER: how many cases each file holds.
string? verb = args.Length == 2 ? args[0] : null;
if (verb is not ("write" or "check" or "count"))
{
    Console.Error.WriteLine("usage: PomIsa.Oracle write|check|count spec/vectors");
    return 2;
}

var folder = new VectorFolder(args[1]);
return verb switch
{
    "write" => folder.Write(Console.Out),
    "check" => folder.Check(Console.Out),
    _ => folder.Count(Console.Out),
};
