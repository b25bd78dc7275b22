// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.Device;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Loads a model of any family that is on the module or class path. Thread-safe. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Loads a model; the caller closes it. The files can be closed afterwards.
   *
   * @throws UnsupportedModelException if no family accepts the files
   * @throws ModelFormatException if the files contradict themselves
   * @throws dev.gatun.tensor.OutOfDeviceMemoryException if memory is short
   */
  public static Model load(ModelFiles files, LoadOptions options) {
    ModelFamily family = family(files);
    boolean own = options.device() == null;
    Device device = own ? Device.cpu(options.deviceOptions()) : options.device();
    ModelMemory memory =
        new ModelMemory(
            "model " + files.architecture(),
            device,
            own,
            options.arithmetic(),
            options.batchInvariant());
    try {
      return family.load(files, memory);
    } catch (IllegalArgumentException e) {
      // What a family refuses here are values of the file.
      memory.close();
      throw new ModelFormatException(files.path() + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** The family of the files. */
  private static ModelFamily family(ModelFiles files) {
    TreeSet<String> known = new TreeSet<>();
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
      known.addAll(family.names());
      if (family.accepts(files)) {
        return family;
      }
    }
    throw new UnsupportedModelException(
        files.path()
            + ": architecture \""
            + files.architecture()
            + "\" is not supported; supported are "
            + (known.isEmpty() ? "none (is gatun-models on the class path?)" : known));
  }

  /** Whether a family for these files is present. */
  public static boolean supports(ModelFiles files) {
    return ServiceLoader.load(ModelFamily.class).stream()
        .anyMatch(provider -> provider.get().accepts(files));
  }
}
