// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelCache;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What can be fetched by name. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the catalogue: name, size, whether it is on this machine, licence.")
final class ModelsCommand implements Callable<Integer> {
  private static final double MEGA = 1e6;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ModelCache cache = ModelCache.standard();
    List<Catalogue.Entry> entries = Catalogue.load().entries();
    if (output == OutputFormat.JSON) {
      List<Map<String, Object>> models = new ArrayList<>();
      entries.forEach(entry -> models.add(facts(entry, cache)));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("cache", cache.root().toString());
      json.put("models", models);
      out.println(Json.write(json));
      return 0;
    }
    for (Catalogue.Entry entry : entries) {
      out.printf(
          Locale.ROOT,
          "%-28s %-10s %5.0f MB  %-13s %s%n    %s%n",
          entry.name(),
          entry.use(),
          entry.fileBytes() / MEGA,
          cache.has(entry) ? "downloaded" : "not here yet",
          entry.licence(),
          entry.description());
    }
    out.println("cache: " + cache.root());
    return 0;
  }

  private static Map<String, Object> facts(Catalogue.Entry entry, ModelCache cache) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", entry.name());
    facts.put("use", entry.use());
    facts.put("description", entry.description());
    facts.put("architecture", entry.architecture());
    facts.put("licence", entry.licence());
    facts.put("file_bytes", entry.fileBytes());
    facts.put("download_bytes", entry.downloadBytes());
    facts.put("downloaded", cache.has(entry));
    facts.put("packages", entry.packages());
    return facts;
  }
}
