// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.Chat;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TextChunk;
import dev.gatun.generate.TextStream;
import dev.gatun.tokenizer.template.ChatMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation on the terminal. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = "Talks with a model; an empty line or Ctrl-D ends the conversation.")
final class ChatCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;

  @Option(names = "--system", paramLabel = "TEXT", description = "A system message.")
  private String system;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), false);
    GenerationConfig config = sampling.config(-1);
    var path = model.resolve("chat", progress);
    progress.say("loading " + path.getFileName());
    try (LanguageModel language =
        LanguageModel.load(path, model.loading(), GeneratorOptions.defaults())) {
      progress.clear();
      Chat chat = language.chat();
      if (system != null) {
        chat.add(ChatMessage.system(system));
      }
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (true) {
        out.print("> ");
        out.flush();
        String line = in.readLine();
        if (line == null || line.isBlank()) {
          return 0;
        }
        try (TextStream answer = chat.generate(line, config);
            Interrupt _ = new Interrupt(answer::close)) {
          for (TextChunk chunk : answer) {
            out.print(chunk.text());
            out.flush();
          }
          out.println();
        }
      }
    }
  }
}
