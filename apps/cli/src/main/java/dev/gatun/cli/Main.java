// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point. Exit codes: 0 done, 1 a failure of the program, 2 wrong input, 130 interrupted. */
@Command(
    name = "gatun",
    mixinStandardHelpOptions = true,
    version = "gatun 0.1.0",
    description = "Runs and trains language and embedding models on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gatun generate \"Why do canal locks need two gates?\"",
      "  gatun chat --system \"Answer in one sentence.\"",
      "  gatun embed \"A ship waits in the lock.\" \"The vessel is in the chamber.\"",
      "  gatun summarize notes.txt",
      "  gatun finetune lm --lora --train notes.txt --out my-adapter",
      "  gatun inspect -m model.gguf",
      "  gatun bench -m model.gguf -p 512 -n 128",
      "",
      "Exit codes:",
      "  0    done",
      "  1    a fault of the program, with a stack trace",
      "  2    wrong input: an option, a file, a model, too little memory",
      "  130  interrupted (Ctrl-C)",
      "",
      "Models are kept in $GATUN_HOME, by default in the user's cache folder."
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Interrupt interrupt = new Interrupt();
    interrupt.catchSignals(Thread.currentThread());
    int code = execute(interrupt, out, err, args);
    out.flush();
    interrupt.finished();
    if (code != 0) {
      Runtime.getRuntime().exit(code);
    }
  }

  /** Runs a command with these outputs and returns its exit code. */
  static int execute(Interrupt interrupt, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main());
    addCommands(line, interrupt, args.length > 0 ? args[0] : "");
    Failures failures = new Failures(interrupt);
    line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
    try {
      return line.execute(args);
    } catch (LinkageError | OutOfMemoryError e) {
      return failures.report(e, err);
    }
  }

  /** Adds the command that is called, or all: describing one to picocli takes milliseconds. */
  private static void addCommands(CommandLine line, Interrupt interrupt, String called) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("generate", () -> new GenerateCommand(interrupt));
    commands.put("chat", () -> new ChatCommand(interrupt));
    commands.put("embed", () -> new EmbedCommand(interrupt));
    commands.put("summarize", () -> new SummarizeCommand(interrupt));
    commands.put("finetune", () -> FinetuneCommand.of(interrupt));
    commands.put("train", () -> TrainCommand.of(interrupt));
    commands.put("inspect", InspectCommand::new);
    commands.put("models", ModelsCommand::new);
    commands.put("devices", DevicesCommand::new);
    commands.put("bench", () -> new BenchCommand(interrupt));
    if (commands.containsKey(called)) {
      line.addSubcommand(called, commands.get(called).get());
    } else {
      commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
  }
}
