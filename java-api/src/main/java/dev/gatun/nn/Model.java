// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Lifetime;
import java.nio.file.Path;
import java.util.List;

/**
 * A model with its parameters. Any number of contexts may run it at once: it keeps no state of a
 * step. Each step holds a lease on {@link #lifetime()}; {@link #close()} refuses new ones, waits
 * for those in flight and then frees the parameters. Closing twice is harmless.
 */
public interface Model extends Layer, AutoCloseable {
  /** The family's name, such as "llama". */
  String architecture();

  /** The device of the parameters. */
  default Device device() {
    return memory().device();
  }

  /** The arithmetic of products. */
  default Arithmetic arithmetic() {
    return memory().arithmetic();
  }

  /** The owner of the parameters. */
  ModelMemory memory();

  /** The life of the parameters. */
  default Lifetime lifetime() {
    return memory().lifetime();
  }

  /** The projection to the vocabulary, or null if it has none. */
  default OutputHead outputHead() {
    return null;
  }

  /** A context on the model's device, with the adapters that are attached to the model. */
  default Context newContext() {
    Context context = new Context(device());
    context.setAdapters(memory().adapters());
    return context;
  }

  @Override
  default List<Parameter> parameters() {
    return memory().parameters();
  }

  /**
   * Writes the model to a folder, in f32: {@code model.safetensors} and {@code config.json}, which
   * this library and the reference framework load.
   *
   * @throws UnsupportedOperationException if it came from a GGUF file
   * @throws java.io.UncheckedIOException if the disk is full or fails; older files stay as they are
   */
  default void save(Path folder) {
    ModelWriter.save(this, folder);
  }

  @Override
  default void close() {
    memory().close();
  }
}
