// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point. Exit codes: 0 done, 1 a failure of the program, 2 wrong input, 130 interrupted. */
@Command(
    name = "gatun",
    mixinStandardHelpOptions = true,
    version = "gatun 0.1.0",
    description = "Runs language and embedding models on this machine.",
    subcommands = {
      GenerateCommand.class,
      ChatCommand.class,
      EmbedCommand.class,
      InspectCommand.class,
      ModelsCommand.class,
      BenchCommand.class
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0    done",
      "  1    a failure of the program",
      "  2    wrong input: an option, a file, a model",
      "  130  interrupted (Ctrl-C)",
      "",
      "Models are kept in $GATUN_HOME, by default in the user's cache folder."
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(out, err, args);
    out.flush();
    if (code != 0) {
      Runtime.getRuntime().exit(code);
    }
  }

  /** Runs a command with these outputs and returns its exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new Failures())
        .execute(args);
  }
}
