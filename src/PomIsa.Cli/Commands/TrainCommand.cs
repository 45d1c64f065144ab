using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using PomIsa.Cli.Models;
using PomIsa.Files;
using PomIsa.Kernels;
using PomIsa.Shards;
using PomIsa.Training.Evaluation;
using PomIsa.Training.Recipe;
using PomIsa.Training.Tokens;

namespace PomIsa.Cli.Commands;

internal static class TrainCommand
{
    private const int SaveEvery = 100, TokenizerWindows = 8000, TokensBesideMerges = 258;

    public static Command Create(CancellationToken stop)
    {
        var folder = new Argument<string>("folder") { Description = "Holds recipe.json; tokenizer.json is made there if it is missing." };
        var steps = new Option<int?>("--steps") { Description = "Length of the training, in place of the recipe's.", HelpName = "N" };
        var output = new Option<DirectoryInfo?>("--out") { Description = "Where checkpoint and weights go. [default: DIR/train/NAME]", HelpName = "DIR" };
        var publisher = new Option<FileInfo?>("--publisher") { Description = "Private key that signs the weights; made if missing. [default: DIR/keys/publisher.pem]", HelpName = "FILE" };
        Option<DirectoryInfo> data = Shared.Data();
        Option<int> threads = Shared.Threads();
        var command = new Command("train", CommandTree.Help(
            "Train a model from its recipe.\nThe same recipe gives the same bits, with any number of threads, also when it was cut off. Saves every 100 steps; Ctrl-C saves too, and the same command goes on from there.",
            "pomisa train examples/govsum --threads 2"))
        {
            folder, steps, output, publisher, data, threads,
        };
        command.SetAction(parsed =>
        {
            ModelFolder model = ModelFolder.At(parsed.GetRequiredValue(folder));
            var place = new DataFolder(parsed.GetRequiredValue(data));
            TrainingRecipe recipe = model.Recipe;
            recipe = parsed.GetValue(steps) is { } n ? recipe with { Steps = n > 0 ? n : throw CliException.Usage("--steps is 1 at least.") } : recipe;
            string target = parsed.GetValue(output)?.FullName ?? Path.Combine(place.Root, "train", model.Name);
            Directory.CreateDirectory(target);
            TextTokenizer tokenizer = Tokenizer(model, recipe);
            using var pool = new WorkerPool(parsed.GetValue(threads));
            using var trainer = new Trainer(recipe, tokenizer, pool);
            Train(trainer, recipe, Path.Combine(target, "checkpoint"), stop);
            using PublisherKey key = place.OpenPublisher(parsed.GetValue(publisher)?.FullName);
            Export(trainer, model.Name, target, key);
            return Exit.Ok;
        });
        return command;
    }

    private static TextTokenizer Tokenizer(ModelFolder model, TrainingRecipe recipe)
    {
        if (!model.HasTokenizer)
        {
            Output.Note($"tokenizer.json is missing: learning {recipe.Shape.Vocabulary - TokensBesideMerges} merges.");
            var words = new Regex(TextTokenizer.WordPattern, RegexOptions.CultureInvariant);
            string json = TextTokenizer.ToJson(BpeTrainer.Train(TrainingData.TokenizerTexts(1, TokenizerWindows), words, recipe.Shape.Vocabulary - TokensBesideMerges));
            AtomicFile.Write(Path.Combine(model.Path, "tokenizer.json"), System.Text.Encoding.UTF8.GetBytes(json));
        }

        return model.Tokenizer.Vocabulary <= recipe.Shape.Vocabulary
            ? model.Tokenizer
            : throw CliException.Refused($"tokenizer.json has {model.Tokenizer.Vocabulary} tokens and the recipe {recipe.Shape.Vocabulary}; delete tokenizer.json to have it learnt again.");
    }

    private static void Train(Trainer trainer, TrainingRecipe recipe, string checkpoint, CancellationToken stop)
    {
        if (File.Exists(checkpoint))
        {
            trainer.Load(checkpoint);
            Output.Note($"Going on from step {trainer.Steps} ({checkpoint}).");
        }

        long start = Stopwatch.GetTimestamp(), tokens = 0;
        int first = trainer.Steps;
        while (trainer.Steps < recipe.Steps && !stop.IsCancellationRequested)
        {
            StepReport report = trainer.Step();
            tokens += report.Tokens;
            bool save = report.Step % SaveEvery == 0 || report.Step == recipe.Steps;
            if (save)
            {
                trainer.Save(checkpoint);
            }

            if (Output.IsTerminal || save)
            {
                Show(report, recipe, tokens, first, Stopwatch.GetElapsedTime(start));
            }
        }

        if (stop.IsCancellationRequested)
        {
            trainer.Save(checkpoint);
            Output.Note($"\nSaved at step {trainer.Steps}. The same command goes on from there, with the same bits.");
            throw new OperationCanceledException(stop);
        }
    }

    private static void Show(StepReport report, TrainingRecipe recipe, long tokens, int first, TimeSpan elapsed)
    {
        double share = (double)report.Step / recipe.Steps;
        TimeSpan left = (recipe.Steps - report.Step) * (elapsed / Math.Max(1, report.Step - first));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"step {report.Step}/{recipe.Steps}  {new string('━', (int)(20 * share)),-20}  loss {report.Loss:F4}  rate {report.Rate:G3}  {tokens / elapsed.TotalSeconds:N0} tokens/s  {left:h\\:mm\\:ss} left");
        System.Console.Error.Write(Output.IsTerminal ? "\r" + line + " " : line + "\n");
    }

    private static void Export(Trainer trainer, string name, string target, PublisherKey key)
    {
        (Manifest f32, Manifest w8) = WeightExport.Write(trainer.Weights(), Path.Combine(target, "weights"), name, key);
        key.PublicKey.Save(Path.Combine(target, "publisher.pub"));
        Output.Note("");
        Output.Line($"weights  {trainer.WeightDigest}  after {trainer.Steps} steps");
        Output.Line($"f32      {f32.RootDigest}  {f32.TotalLength} bytes");
        Output.Line($"w8       {w8.RootDigest}  {w8.TotalLength} bytes");
        Output.Line($"in       {target}");
    }
}
