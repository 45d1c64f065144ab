namespace PomIsa.Onnx.Tests;

/// <summary>Whole models that others made, where they are to be had: decoders, or refused with the reason.</summary>
public sealed class SharedDecoderTests
{
    private static string Models => Path.Combine(SkippableFactAttribute.Folder, "..", "onnx-models");

    [SkippableFact("../onnx-models/gpt2-tiny-fused-fp32/model.onnx")]
    public void A_tiny_GPT2_says_what_its_makers_say()
    {
        string folder = Path.Combine(Models, "gpt2-tiny-fused-fp32");
        var options = new CompileOptions { Decoder = new DecoderOptions { Kind = ModelKind.Decoder } };
        Assert.True(OnnxCompiler.TryCompileFile(Path.Combine(folder, "model.onnx"), options, out CompiledModel? compiled, out OnnxProblem? problem), problem?.ToString());
        Assert.Equal((512, 1000, 98), (compiled.Decoder!.Context, compiled.Decoder.Vocabulary, compiled.Decoder.Begin));
        Assert.Equal(98, Assert.Single(compiled.Decoder.End));
        Assert.Equal([204, 204, 204, 204, 204, 204], DecoderRun.Answer(compiled, [0, 0, 0, 52], 6));
        Assert.Equal([731, 114, 114, 114, 114, 114], DecoderRun.Answer(compiled, [0, 0, 195, 731], 6));
    }

    [SkippableFact("../onnx-models/index.json")]
    public void What_is_no_decoder_is_told_why()
    {
        (string Model, string Why)[] all =
        [
            ("gpt2-past-one-layer", "output '502' has 4 columns for a vocabulary of 20: the model lacks its last product, which gives logits"),
            ("gpt2-past-pytorch16", "output 'last_state' has 4 columns for a vocabulary of 20: the model lacks its last product, which gives logits"),
            ("llama-tiny-export-dynamic", "input 'input_ids' takes exactly 1024 tokens at a time"),
            ("graph-em-llama", "input 'input_ids' takes exactly 1024 tokens at a time"),
            ("t5-random-decoder", "input 'encoder_hidden_states' of [batch, source_tokens, 8] is neither tokens nor a cache nor anything that follows from their lengths"),
            ("attention-past-state-f32", "no input holds token ids"),
            ("graph-phi-3-5-mini-instruct", "tensor 'model.embed_tokens.weight' lies in 'model_microsoft_Phi-3_5-mini-instruct-custom-default-d1rt1.onnx.data', which is not there"),
        ];
        foreach ((string model, string why) in all)
        {
            var options = new CompileOptions { Decoder = new DecoderOptions { Kind = ModelKind.Decoder } };
            Assert.False(OnnxCompiler.TryCompileFile(Path.Combine(Models, model, "model.onnx"), options, out _, out OnnxProblem? problem));
            Assert.Equal((model, why), (model, problem.Reason));
        }
    }
}
