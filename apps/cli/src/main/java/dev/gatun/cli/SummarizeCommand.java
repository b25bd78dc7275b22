// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.Beam;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.TextToText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A title or summary of a text. */
@Command(
    name = "summarize",
    mixinStandardHelpOptions = true,
    description = "Prints a title or summary of a text, made by an encoder-decoder.")
final class SummarizeCommand implements Callable<Integer> {
  private final Interrupt interrupt;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A text file in UTF-8; without it, or with -, standard input.")
  private String file;

  @Mixin private ModelOptions model;

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Beams of the search; by default what the model's settings say.")
  private Integer beams;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens of the summary; by default what the model's settings say.")
  private Integer maxTokens;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "What is put before the text; by default what the model's settings say.")
  private String prefix;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  SummarizeCommand(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    String text = text().strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "summarize: the text is empty, expected something to read");
    }
    Path path = model.resolve("summary", progress);
    GeneratorOptions limits = GeneratorOptions.defaults();
    long start = System.nanoTime();
    try (TextToText summarizer =
            model.load(path, progress, options -> TextToText.load(path, options, limits));
        Interrupt.Stoppable _ = interrupt.onRaise(summarizer::close)) {
      long begin = System.nanoTime();
      GenerationConfig config = config(summarizer.defaults());
      int[] source =
          summarizer.encode((prefix == null ? summarizer.summaryPrefix() : prefix) + text);
      Beam beam = summarizer.generator().beams(source, config).getFirst();
      String summary = summarizer.decode(beam.tokens());
      if (output == OutputFormat.JSON) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", path.toString());
        json.put("summary", summary);
        json.put("tokens", beam.tokens());
        json.put("score", beam.score());
        json.put("source_tokens", source.length);
        json.put("beams", config.numBeams());
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("load_ms", (begin - start) / 1e6);
        timings.put("generate_ms", (System.nanoTime() - begin) / 1e6);
        json.put("timings", timings);
        out.println(Json.write(json));
      } else {
        out.println(summary);
      }
    }
    return 0;
  }

  private GenerationConfig config(GenerationConfig defaults) {
    GenerationConfig.Builder builder = defaults.toBuilder().numReturnSequences(1);
    if (beams != null) {
      builder.numBeams(beams);
    }
    if (maxTokens != null) {
      builder.maxNewTokens(maxTokens);
    }
    return builder.build();
  }

  private String text() throws IOException {
    if (file == null || file.equals("-")) {
      return StandardInput.readAll(interrupt);
    }
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("summarize: " + file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "summarize: " + file + " is not UTF-8; convert it first, such as with iconv -t UTF-8", e);
    }
  }
}
