// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The parent of the commands that train a model further. */
@Command(
    name = "finetune",
    mixinStandardHelpOptions = true,
    description = "Trains a model further, as a whole or with a low-rank adapter (--lora).",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gatun finetune classify -m all-minilm-l6-v2 --train reviews.jsonl --out sentiment",
      "  gatun finetune lm -m smollm2-135m-instruct --lora --train notes.txt --out my-adapter",
      "  gatun finetune seq2seq -m ./flan-t5-small --train pairs.csv --out titler",
    })
final class FinetuneCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The command with its kinds of training. */
  static CommandLine of(Interrupt interrupt) {
    return new CommandLine(new FinetuneCommand())
        .addSubcommand(new ClassifyTask(interrupt))
        .addSubcommand(new PairsTask.Finetune(interrupt))
        .addSubcommand(new TextTask.Finetune(interrupt));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
