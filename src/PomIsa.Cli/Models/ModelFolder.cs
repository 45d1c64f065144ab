using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;
using PomIsa.Training.Recipe;
using PomIsa.Training.Tokens;

namespace PomIsa.Cli.Models;

/// <summary>A model as it is published: recipe, tokenizer, program, weights and the publisher's public key.</summary>
internal sealed class ModelFolder
{
    public const string Example = "examples/govsum";

    private readonly Lazy<TextTokenizer> _tokenizer;

    private ModelFolder(string path)
    {
        Path = path;
        _tokenizer = new Lazy<TextTokenizer>(() => TextTokenizer.Load(File("tokenizer.json")));
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public string RecipePath => File("recipe.json");

    public string VotesPath => File("votes.jsonl");

    public string PublisherPath => File("publisher.pub");

    public TextTokenizer Tokenizer => _tokenizer.Value;

    public bool HasTokenizer => System.IO.File.Exists(File("tokenizer.json"));

    public TrainingRecipe Recipe => TrainingRecipe.Load(RecipePath);

    /// <summary>A model in a folder that the user named.</summary>
    public static ModelFolder At(string path)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return Directory.Exists(full) ? new ModelFolder(full) : throw CliException.Usage($"There is no folder {path}.");
    }

    /// <summary>The example: below the current folder or one above it, else above the program's own files.</summary>
    public static ModelFolder FindExample()
    {
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
            {
                string folder = System.IO.Path.Combine(at.FullName, Example);
                if (System.IO.File.Exists(System.IO.Path.Combine(folder, "recipe.json")))
                {
                    return new ModelFolder(folder);
                }
            }
        }

        throw CliException.Usage($"{Example} was found neither above the current folder nor above the program. Run this inside a clone of the repository.");
    }

    public string Weights(string track) => System.IO.Path.Combine(Path, "weights", track);

    /// <summary>The verified program of a track: the committed module, or the source assembled against the weights.</summary>
    public VerifiedModule Program(string track)
    {
        if (!System.IO.File.Exists(System.IO.Path.Combine(Weights(track), Manifest.FileName)))
        {
            throw CliException.Usage($"{Weights(track)} holds no signed weights. Train them with: pomisa train {System.IO.Path.GetRelativePath(".", Path)}");
        }

        string module = File($"{Name}.{track}.pisab");
        return System.IO.File.Exists(module) ? ModuleFile.Load(module) : ModuleFile.Load(File($"{track}.pisa"), Weights(track));
    }

    /// <summary>Reads the published manifest and checks its signature and its model's name.</summary>
    public Manifest OpenManifest(string track, PublisherPublicKey publisher)
    {
        byte[] bundle = System.IO.File.ReadAllBytes(System.IO.Path.Combine(Weights(track), Manifest.FileName));
        return Manifest.TryOpen(bundle, publisher, out Manifest? manifest, out ShardFault fault) && manifest.IsFor($"{Name}-{track}", null, out fault)
            ? manifest
            : throw CliException.Refused(fault.Describe());
    }

    /// <summary>Imports the weights where the store does not list them yet.</summary>
    public void EnsureImported(string track, ShardStore store, PublisherPublicKey publisher, Manifest manifest)
    {
        if (store.FindManifest(manifest.RootDigest) is null
            && !WeightSet.TryImport(Weights(track), publisher, store, null, out _, out ShardFault fault))
        {
            throw CliException.Refused(fault.Describe());
        }
    }

    /// <summary>Loads the weights from the store, all checked, and binds the program to them.</summary>
    public static BoundProgram Bind(VerifiedModule program, ShardStore store, Manifest manifest, PublisherPublicKey publisher)
    {
        if (!WeightSet.TryLoad(store, manifest, publisher, out WeightSet? set, out ShardFault fault))
        {
            throw CliException.Refused(fault.Describe());
        }

        if (BoundProgram.TryBind(program, set, out BoundProgram? bound, out MachineFault refused))
        {
            return bound;
        }

        set.Dispose();
        throw CliException.Refused(refused.Describe(program.Module));
    }

    /// <summary>All of the above for a command that needs a program and nothing else.</summary>
    public BoundProgram Open(string track, DataFolder data)
    {
        VerifiedModule program = Program(track);
        using PublisherPublicKey publisher = PublisherPublicKey.Load(PublisherPath);
        Manifest manifest = OpenManifest(track, publisher);
        using ShardStore store = data.OpenStoreOf(manifest.RootDigest);
        EnsureImported(track, store, publisher, manifest);
        return Bind(program, store, manifest, publisher);
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
