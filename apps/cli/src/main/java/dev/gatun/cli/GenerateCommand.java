// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.Beam;
import dev.gatun.generate.FinishReason;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TextChunk;
import dev.gatun.generate.TextStream;
import dev.gatun.generate.TokenStream;
import dev.gatun.tokenizer.template.ChatMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
  @Parameters(paramLabel = "PROMPT", description = "The prompt; - reads it from standard input.")
  private String prompt;

  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;

  @Option(names = "--system", paramLabel = "TEXT", description = "A system message before it.")
  private String system;

  @Option(names = "--raw", description = "Continue the prompt as it is, without a chat template.")
  private boolean raw;

  @Option(names = "--stats", description = "Show timings when the answer has ended.")
  private boolean stats;

  @Option(
      names = "--log-probs",
      paramLabel = "N",
      description = "With -o json: log-probabilities, and those of the N best tokens.")
  private int logProbs = -1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress =
        new ProgressLine(spec.commandLine().getErr(), output == OutputFormat.JSON);
    String text = prompt.equals("-") ? standardInput() : prompt;
    GenerationConfig config =
        sampling.config(output == OutputFormat.JSON && logProbs < 0 ? 0 : logProbs);
    long begin = System.nanoTime();
    var path = model.resolve("chat", progress);
    progress.say("loading " + path.getFileName());
    try (LanguageModel language =
        LanguageModel.load(path, model.loading(), GeneratorOptions.defaults())) {
      progress.clear();
      long loaded = System.nanoTime();
      int[] ids = encode(language, text);
      progress.say("reading the prompt, " + ids.length + " tokens");
      Answer answer =
          config.numBeams() > 1
              ? search(language, ids, config, progress, out)
              : stream(language, ids, config, progress, out);
      answer.timings(begin, loaded, ids.length);
      if (output == OutputFormat.JSON) {
        out.println(Json.write(answer.json));
      } else if (stats) {
        answer.showTimings(spec.commandLine().getErr());
      }
      return answer.interrupted ? 130 : 0;
    }
  }

  private int[] encode(LanguageModel language, String text) {
    if (raw || !language.canChat()) {
      return language.tokenizer().encodeIds(text, true);
    }
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) {
      messages.add(ChatMessage.system(system));
    }
    messages.add(ChatMessage.user(text));
    return language.encodeChat(messages);
  }

  private static String standardInput() throws IOException {
    byte[] bytes = System.in.readAllBytes();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "generate: standard input is not UTF-8; convert it first", e);
    }
  }

  /** What came out and when. */
  private static final class Answer {
    final Map<String, Object> json = new LinkedHashMap<>();
    boolean interrupted;
    long firstToken;
    long end;
    int tokens;

    void timings(long begin, long loaded, int promptTokens) {
      Map<String, Object> timings = new LinkedHashMap<>();
      timings.put("load_ms", (loaded - begin) / 1e6);
      timings.put("prompt_tokens", promptTokens);
      timings.put("first_token_ms", (firstToken - loaded) / 1e6);
      timings.put("new_tokens", tokens);
      timings.put("decode_tokens_per_second", (tokens - 1) * 1e9 / Math.max(1, end - firstToken));
      json.put("timings", timings);
    }

    void showTimings(PrintWriter err) {
      err.println("gatun: " + json.get("timings"));
    }
  }

  private Answer stream(
      LanguageModel language,
      int[] ids,
      GenerationConfig config,
      ProgressLine progress,
      PrintWriter out) {
    Answer answer = new Answer();
    List<Integer> tokens = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    List<Map<String, Float>> best = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    try (TextStream stream = language.stream(ids, config);
        Interrupt _ = new Interrupt(stream::close)) {
      TokenStream raws = stream.tokens();
      while (stream.hasNext()) {
        if (answer.firstToken == 0) {
          answer.firstToken = System.nanoTime();
          progress.clear();
        }
        TextChunk chunk = stream.next();
        text.append(chunk.text());
        if (output == OutputFormat.TEXT) {
          out.print(chunk.text());
          out.flush();
        } else if (chunk.token() >= 0) {
          tokens.add(chunk.token());
          values.add(chunk.logProb());
          best.add(named(language, raws));
        }
      }
      answer.tokens = stream.tokenCount();
      answer.interrupted = stream.finishReason() == FinishReason.CANCELLED;
      answer.json.put("finish_reason", String.valueOf(stream.finishReason()));
    }
    answer.end = System.nanoTime();
    if (output == OutputFormat.TEXT) {
      out.println();
    }
    answer.json.put("text", text.toString());
    answer.json.put("token_ids", tokens);
    answer.json.put("log_probs", values);
    if (logProbs > 0) {
      answer.json.put("top_log_probs", best);
    }
    return answer;
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

  private Answer search(
      LanguageModel language,
      int[] ids,
      GenerationConfig config,
      ProgressLine progress,
      PrintWriter out) {
    Answer answer = new Answer();
    Beam beam =
        language.generator().beams(ids, config.eosTokens(language.eosTokens())).getFirst();
    answer.firstToken = System.nanoTime();
    answer.end = answer.firstToken;
    answer.tokens = beam.tokens().length;
    progress.clear();
    String text = language.tokenizer().decode(beam.tokens(), true);
    if (output == OutputFormat.TEXT) {
      out.println(text);
    }
    answer.json.put("finish_reason", beam.finishReason().toString());
    answer.json.put("text", text);
    answer.json.put("token_ids", beam.tokens());
    answer.json.put("score", beam.score());
    return answer;
  }
}
