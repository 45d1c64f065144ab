using System.CommandLine;
using System.Text;
using PomIsa.Cli;
using PomIsa.Cli.Commands;

Prelude.Begin(args);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interrupt = new Interrupt();
ParseResult parsed = CommandTree.Root(interrupt.Token, args.FirstOrDefault()).Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
CommandTree.Shorten(parsed.CommandResult.Command);
return CommandLine.Invoke(parsed);
