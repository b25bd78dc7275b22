// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is in a model's files, without loading its weights. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows architecture, sizes, quantisation and tokenizer of a model's files.")
final class InspectCommand implements Callable<Integer> {
  @Mixin private SourceOptions source;

  @Option(names = "--tensors", description = "List every tensor.")
  private boolean tensors;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    Path path = source.resolve("chat", progress);
    Map<String, Object> facts = ModelFacts.of(path, tensors);
    if (output == OutputFormat.JSON) {
      out.println(Json.write(facts));
    } else {
      facts.forEach((name, value) -> show(out, name.replace('_', ' '), value));
    }
    return 0;
  }

  private static void show(PrintWriter out, String name, Object value) {
    switch (value) {
      case Map<?, ?> map when map.values().stream().allMatch(Number.class::isInstance) ->
          line(
              out,
              name,
              map.entrySet().stream()
                  .map(entry -> entry.getKey() + " " + megabytes((Number) entry.getValue()))
                  .collect(Collectors.joining(", ")));
      case Map<?, ?> map -> {
        line(out, name, "");
        map.forEach((key, item) -> out.println("  " + key + "  " + item));
      }
      case List<?> list ->
          line(out, name, list.stream().map(String::valueOf).collect(Collectors.joining(", ")));
      case Boolean yes -> line(out, name, yes ? "yes" : "no");
      case Long number when name.endsWith("bytes") -> line(out, name, megabytes(number));
      default -> line(out, name, String.valueOf(value));
    }
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-24s %s", name, value).stripTrailing());
  }

  private static String megabytes(Number bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes.longValue() / 1e6);
  }
}
