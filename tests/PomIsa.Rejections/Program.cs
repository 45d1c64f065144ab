using PomIsa.Rejections;

if (args is not ["write", var root])
{
    Console.Error.WriteLine("Usage: PomIsa.Rejections write DIR\n\nWrites spec/vectors/reject below DIR, the repository's folder, from spec/generated/opcodes.md there.");
    return 2;
}

string folder = Path.Combine(root, "spec", "vectors", "reject");
List<CaseFile> files = [.. Catalogue.All(Path.Combine(root, "spec", "generated", "opcodes.md"))];
Directory.CreateDirectory(folder);
foreach (string old in Directory.EnumerateFiles(folder, "*.json").Where(f => files.TrueForAll(c => c.Name + ".json" != Path.GetFileName(f))))
{
    File.Delete(old);
}

foreach (CaseFile file in files)
{
    File.WriteAllText(Path.Combine(folder, file.Name + ".json"), file.Text());
}

Console.WriteLine($"{files.Count} files, {files.Sum(static f => f.Cases.Count)} cases");
return 0;
