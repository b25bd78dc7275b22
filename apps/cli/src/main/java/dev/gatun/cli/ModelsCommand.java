// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelCache;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What can be fetched by name. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the catalogue: name, size, whether it is on this machine, licence.")
final class ModelsCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ModelCache cache = ModelCache.standard();
    for (Catalogue.Entry entry : Catalogue.load().entries()) {
      out.printf(
          Locale.ROOT,
          "%-32s %-10s %6.0f MB  %-12s  %s%n    %s%n",
          entry.name(),
          entry.use(),
          entry.fileBytes() / 1e6,
          cache.has(entry) ? "downloaded" : "not here",
          entry.licence(),
          entry.description());
    }
    out.println("cache: " + cache.root());
    return 0;
  }
}
