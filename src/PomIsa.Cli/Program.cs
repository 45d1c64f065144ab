using System.Text;
using PomIsa.Cli;
using PomIsa.Cli.Commands;

Prelude.Begin(args);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interrupt = new Interrupt();
return CommandLine.Invoke(CommandTree.Parse(args, interrupt.Token));
