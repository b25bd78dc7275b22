// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.Device;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Function;

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
    return build(
        files.path().toString(),
        files.architecture(),
        options,
        memory -> family.load(files, memory));
  }

  /**
   * Makes a model with fresh parameters; the caller closes it.
   *
   * @param config as in {@code config.json}, with {@code model_type} and, for a head, {@code
   *     architectures}
   * @param seed the same seed gives the same parameters
   * @throws UnsupportedModelException if no family can
   * @throws ModelFormatException if the configuration contradicts itself
   */
  public static Model create(JsonConfig config, LoadOptions options, long seed) {
    String type = config.requireString("model_type");
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
      if (family.names().contains(type)) {
        return build(
            config.file().toString(), type, options, memory -> family.create(config, memory, seed));
      }
    }
    throw new UnsupportedModelException(
        config.file() + ": model_type \"" + type + "\" is not supported");
  }

  private static Model build(
      String what, String architecture, LoadOptions options, Function<ModelMemory, Model> builder) {
    boolean own = options.device() == null;
    Device device = own ? Device.cpu(options.deviceOptions()) : options.device();
    ModelMemory memory =
        new ModelMemory(
            "model " + architecture,
            device,
            own,
            options.arithmetic(),
            options.batchInvariant(),
            options.trainable());
    try {
      return builder.apply(memory);
    } catch (IllegalArgumentException e) {
      // What a family refuses here are values of the file.
      memory.close();
      throw new ModelFormatException(what + ": " + e.getMessage(), e);
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
