// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.DeviceOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** What benchmarks take from system properties. */
final class BenchSettings {
  private BenchSettings() {}

  /** A file or folder that a property must name. */
  static Path required(String property, String what) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException(
          "benchmark: the system property " + property + " is not set; expected " + what);
    }
    Path path = Path.of(value).toAbsolutePath();
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          "benchmark: " + property + " names " + path + ", which does not exist; expected " + what);
    }
    return path;
  }

  static Path decoder() {
    return required("gatun.bench.decoder", "a decoder's GGUF file or folder");
  }

  static Path encoder() {
    return required("gatun.bench.encoder", "an encoder's folder");
  }

  static LoadOptions loading(Arithmetic arithmetic, int threads) {
    return LoadOptions.defaults()
        .withArithmetic(arithmetic)
        .withDeviceOptions(DeviceOptions.defaults().withThreads(threads));
  }
}
