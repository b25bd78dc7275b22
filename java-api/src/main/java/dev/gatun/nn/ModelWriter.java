// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.SafetensorsWriter;
import dev.gatun.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a model as {@code model.safetensors} in f32 and {@code config.json}, under the names and
 * in the layout of Hugging Face, so that the reference framework loads it. Thread-safe.
 */
public final class ModelWriter {
  private static final String WEIGHTS = "model.safetensors";
  private static final String CONFIG = "config.json";

  private ModelWriter() {}

  /**
   * Saves the model; the folder is made if it is not there, files of the same names are replaced.
   *
   * @throws UnsupportedOperationException if the model cannot be written, as one from a GGUF file
   * @throws UncheckedIOException if the disk is full or fails; older files are then untouched
   */
  public static void save(Model model, Path folder) {
    ModelOrigin origin =
        model
            .memory()
            .origin()
            .orElseThrow(() ->
                new UnsupportedOperationException(
                    "save: the names of a model of architecture "
                        + model.architecture()
                        + " in safetensors are not known: it was loaded from a GGUF file"));
    model
        .lifetime()
        .during(() -> {
          write(model, origin, folder);
          return folder;
        });
  }

  private static void write(Model model, ModelOrigin origin, Path folder) {
    try (Arena arena = Arena.ofShared()) {
      SafetensorsWriter writer = new SafetensorsWriter().putMetadata("format", "pt");
      List<Parameter> all = new ArrayList<>(model.parameters());
      all.addAll(origin.buffers());
      FileLayout.assemble(arena, all, origin.names(), FileLayout::values)
          .forEach((name, tensor) -> writer.put(name, DType.F32, tensor.shape(), tensor.data()));
      Files.createDirectories(folder);
      writer.write(folder.resolve(WEIGHTS));
      Path temporary = Files.createTempFile(folder, CONFIG + ".", ".tmp");
      Files.writeString(temporary, origin.config().text());
      Files.move(temporary, folder.resolve(CONFIG), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
