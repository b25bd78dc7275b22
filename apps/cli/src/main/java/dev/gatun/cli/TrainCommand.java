// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The parent of the commands that train a model from scratch. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains a model with fresh parameters, of a config.json.",
    footerHeading = "%nExample:%n",
    footer = "  gatun train lm --config my-gpt2 --train book.txt --eval rest.txt --out trained")
final class TrainCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The command with its kinds of training. */
  static CommandLine of(Interrupt interrupt) {
    return new CommandLine(new TrainCommand())
        .addSubcommand(new TextTask.Train(interrupt))
        .addSubcommand(new PairsTask.Train(interrupt));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
