// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.tensor.Arithmetic;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The decoder that benchmarks share. */
@State(Scope.Benchmark)
public class LoadedDecoder {
  /** The arithmetic. */
  @Param({"FAST", "F32"})
  public Arithmetic arithmetic;

  /** Threads of the device. */
  @Param("2")
  public int threads;

  private LanguageModel model;

  /** Loads the model. */
  @Setup(Level.Trial)
  public void load() {
    model =
        LanguageModel.load(
            BenchSettings.decoder(),
            BenchSettings.loading(arithmetic, threads),
            GeneratorOptions.defaults());
  }

  /** Frees the model. */
  @TearDown(Level.Trial)
  public void close() {
    model.close();
  }

  LanguageModel model() {
    return model;
  }
}
