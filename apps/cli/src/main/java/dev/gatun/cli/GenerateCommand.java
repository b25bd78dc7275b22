// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.Beam;
import dev.gatun.generate.FinishReason;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TextStream;
import dev.gatun.generate.TokenStream;
import dev.gatun.tokenizer.StreamDecoder;
import dev.gatun.tokenizer.template.ChatMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One prompt, one answer. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Answers a prompt and shows the answer as it grows.")
final class GenerateCommand implements Callable<Integer> {
  private static final String ADAPTER = "adapter";

  private final Interrupt interrupt;

  @Parameters(paramLabel = "PROMPT", description = "The prompt; - reads it from standard input.")
  private String prompt;

  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A low-rank adapter (PEFT's files) to answer with.")
  private Path adapter;

  @Option(names = "--system", paramLabel = "TEXT", description = "A system message before it.")
  private String system;

  @Option(
      names = "--raw",
      description =
          "Continue the prompt as it is, without a chat template;"
              + " so it is done for a model that has none.")
  private boolean raw;

  @Option(names = "--stats", description = "Show timings when the answer has ended.")
  private boolean stats;

  @Option(
      names = "--log-probs",
      paramLabel = "N",
      description = "With -o json: the log-probabilities of the N best tokens at each step too.")
  private int logProbs;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json: text, token ids, log-probabilities, timings.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  GenerateCommand(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws IOException {
    boolean json = output == OutputFormat.JSON;
    if (logProbs != 0 && !json) {
      throw new IllegalArgumentException("--log-probs needs -o json");
    }
    GenerationConfig wanted = sampling.config(json ? logProbs : -1);
    String text = prompt.equals("-") ? StandardInput.readAll(interrupt) : prompt;
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    Path path = model.resolve("chat", progress);
    Answer answer = new Answer();
    try (LanguageModel language =
        model.load(path, progress, o -> LanguageModel.load(path, o, sampling.limits()))) {
      if (adapter != null) {
        language.loadAdapter(ADAPTER, adapter);
        wanted = wanted.adapter(ADAPTER);
      }
      int[] ids = encode(language, text);
      answer.begins(path, ids);
      GenerationConfig config = sampling.config(wanted, language, ids.length);
      if (config.numBeams() > 1) {
        search(language, ids, config, answer, progress);
      } else if (json) {
        record(language, ids, config, answer, progress);
      } else {
        show(language, ids, config, answer, progress, out);
      }
    }
    if (json) {
      out.println(Json.write(answer.json()));
    } else {
      out.println(answer.text()); // what streamed is not in it, its end of line is
      out.flush(); // before the timings, which go to the other output

      if (stats) {
        spec.commandLine().getErr().println("gatun: " + answer.timings());
      }
    }
    return interrupt.raised() ? Failures.INTERRUPTED : 0;
  }

  private int[] encode(LanguageModel language, String text) {
    if (raw || !language.canChat()) {
      if (system != null) {
        throw new IllegalArgumentException(
            "--system needs a chat template: "
                + (raw ? "leave --raw out" : "this model has none, put the text into the prompt"));
      }
      return language.tokenizer().encodeIds(text, true);
    }
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) {
      messages.add(ChatMessage.system(system));
    }
    messages.add(ChatMessage.user(text));
    return language.encodeChat(messages);
  }

  /** Shows the text as it grows. */
  private void show(
      LanguageModel language,
      int[] ids,
      GenerationConfig config,
      Answer answer,
      ProgressLine progress,
      PrintWriter out) {
    try (TextStream stream = language.stream(ids, config);
        Interrupt.Stoppable _ = interrupt.onRaise(stream::close)) {
      awaitFirst(stream.tokens(), stream::hasNext, ids.length, progress);
      answer.first();
      while (stream.hasNext()) {
        out.print(stream.next().text());
        out.flush();
        if (out.checkError()) {
          break; // nobody reads any more, as behind | head
        }
      }
      answer.ends(stream.finishReason(), stream.tokenCount());
    }
  }

  /** Keeps every token, those without text too. */
  private void record(
      LanguageModel language,
      int[] ids,
      GenerationConfig config,
      Answer answer,
      ProgressLine progress) {
    StreamDecoder decoder = language.tokenizer().streamDecoder(true);
    int count = 0;
    boolean stopped = false;
    try (TokenStream stream = language.generator().stream(ids, config);
        Interrupt.Stoppable _ = interrupt.onRaise(stream::close)) {
      boolean more = awaitFirst(stream, stream::next, ids.length, progress);
      answer.first();
      while (more) {
        count++;
        answer.token(stream.token(), stream.logProb());
        if (logProbs > 0) {
          answer.best(named(language, stream));
        }
        stopped = answer.append(decoder.push(stream.token()), config.stopStrings());
        more = !stopped && stream.next();
      }
      stopped |= !stopped && answer.append(decoder.finish(), config.stopStrings());
      answer.ends(stopped ? FinishReason.STOP : stream.finishReason(), count);
    }
  }

  /** Waits for the first token behind a bar of the prompt's tokens. */
  private static boolean awaitFirst(
      TokenStream stream, BooleanSupplier next, int tokens, ProgressLine progress) {
    try (ProgressLine.Watch _ =
        progress.watch("reading the prompt", stream::promptTokensRead, tokens)) {
      return next.getAsBoolean();
    }
  }

  private static Map<String, Float> named(LanguageModel language, TokenStream stream) {
    Map<String, Float> named = new LinkedHashMap<>();
    int[] top = stream.topTokens();
    float[] values = stream.topLogProbs();
    for (int i = 0; i < top.length; i++) {
      named.put(language.tokenizer().tokenOf(top[i]), values[i]);
    }
    return named;
  }

  private void search(
      LanguageModel language,
      int[] ids,
      GenerationConfig config,
      Answer answer,
      ProgressLine progress) {
    Beam beam;
    try (Interrupt.Stoppable _ = interrupt.onRaise(language.generator()::close)) {
      beam = language.generator().beams(ids, config).getFirst();
    }
    progress.clear();
    answer.first();
    for (int token : beam.tokens()) {
      answer.token(token, Float.NaN);
    }
    answer.append(language.tokenizer().decode(beam.tokens(), true), List.of());
    answer.score(beam.score());
    answer.ends(beam.finishReason(), beam.tokens().length);
  }
}
