// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.IsaTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What computes, and how. */
final class ComputeOptions {
  private static final long MEGA = 1_000_000;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads; the physical cores by default.")
  private int threads;

  @Option(
      names = "--arithmetic",
      paramLabel = "KIND",
      description = "fast (8-bit or bf16 activations) or f32; fast by default, f32 in training.")
  private Arithmetic arithmetic;

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

  /** Loads a model on a device of its own, which the caller closes with the model. */
  <T> T load(Path path, ProgressLine progress, Arithmetic usual, Function<LoadOptions, T> loader) {
    if (memory < 0 || memory > Long.MAX_VALUE / MEGA) {
      throw new IllegalArgumentException("--memory is " + memory + ", expected megabytes above 0");
    }
    LoadOptions options =
        LoadOptions.defaults()
            .withArithmetic(arithmetic == null ? usual : arithmetic)
            .withBatchInvariant(batchInvariant);
    try (Device device = Device.cpu(new DeviceOptions(threads, isa, memory * MEGA));
        ProgressLine.Watch _ =
            progress.watch(
                "loading " + path.getFileName(),
                () -> device.info().allocatedBytes(),
                weightBytes(path))) {
      // The model keeps the device alive; closing it here leaves it to the model.
      return loader.apply(options.withDevice(device));
    }
  }

  private static long weightBytes(Path path) {
    try {
      if (Files.isRegularFile(path)) {
        return Files.size(path);
      }
      try (Stream<Path> files = Files.list(path)) {
        return files.filter(ComputeOptions::isWeights).mapToLong(ComputeOptions::size).sum();
      }
    } catch (IOException | UncheckedIOException e) {
      return 0; // no bar; what is wrong with the files is for the loader to say
    }
  }

  private static boolean isWeights(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".safetensors") || name.endsWith(".gguf") || name.endsWith(".onnx");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
