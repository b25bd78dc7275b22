// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.Chat;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TextChunk;
import dev.gatun.generate.TextStream;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tokenizer.template.ChatMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation on the terminal. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description =
        "Talks with a model; the line /new begins another conversation, an empty line, Ctrl-D or"
            + " Ctrl-C ends it.")
final class ChatCommand implements Callable<Integer> {
  private static final String ADAPTER = "adapter";
  private static final String ADAPTER_OFF = "/adapter off";
  private static final String ADAPTER_ON = "/adapter on";
  private static final String NEW = "/new";

  private final Interrupt interrupt;

  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A low-rank adapter (PEFT's files) to answer with; the lines /adapter off and /adapter on"
              + " switch it.")
  private Path adapter;

  @Option(names = "--system", paramLabel = "TEXT", description = "A system message.")
  private String system;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  ChatCommand(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    GenerationConfig config = sampling.config(-1);
    if (config.numBeams() > 1) {
      throw new IllegalArgumentException("chat: --beams works with gatun generate only");
    }
    Path path = model.resolve("chat", progress);
    try (LanguageModel language =
        model.load(path, progress, o -> LanguageModel.load(path, o, sampling.limits()))) {
      if (!language.canChat()) {
        throw new UnsupportedModelException(
            path + ": the model has no chat template; use gatun generate to continue a text");
      }
      if (adapter != null) {
        language.loadAdapter(ADAPTER, adapter);
        config = config.adapter(ADAPTER);
      }
      Chat chat = begin(language);
      BufferedReader lines = StandardInput.lines();
      while (true) {
        out.print("> ");
        out.flush();
        String line = StandardInput.readLine(lines, interrupt);
        if (line == null || line.isBlank()) {
          if (line == null) {
            out.println(); // Ctrl-D leaves the cursor behind the prompt
          }
          return 0;
        }
        if (adapter != null && (line.equals(ADAPTER_ON) || line.equals(ADAPTER_OFF))) {
          config = config.adapter(line.equals(ADAPTER_ON) ? ADAPTER : null);
          continue;
        }
        if (line.equals(NEW)) {
          chat = begin(language);
          continue;
        }
        answer(chat, line, sampling.config(config, language, 0), out);
        if (interrupt.raised()) {
          return Failures.INTERRUPTED;
        }
      }
    }
  }

  private Chat begin(LanguageModel language) {
    Chat chat = language.chat();
    if (system != null) {
      chat.add(ChatMessage.system(system));
    }
    return chat;
  }

  private void answer(Chat chat, String line, GenerationConfig config, PrintWriter out) {
    try (TextStream answer = chat.generate(line, config);
        Interrupt.Stoppable _ = interrupt.onRaise(answer::close)) {
      for (TextChunk chunk : answer) {
        out.print(chunk.text());
        out.flush();
      }
      out.println();
    }
  }
}
