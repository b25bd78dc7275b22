// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.io.GgufMetadata;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.RotaryConfig;
import java.util.Optional;

/**
 * Reads rotary settings from the forms that files have: {@code rope_theta} with {@code
 * rope_scaling}, {@code rope_parameters}, and GGUF's {@code rope.*} keys.
 */
public final class RotaryConfigs {
  private static final double DEFAULT_THETA = 10000;

  private RotaryConfigs() {}

  /**
   * From {@code config.json}.
   *
   * @param rotaryDim R
   * @param maxPositions {@code max_position_embeddings}
   */
  public static RotaryConfig of(JsonConfig config, int rotaryDim, int maxPositions) {
    Optional<JsonConfig> parameters = config.nested("rope_parameters");
    if (parameters.isPresent()) {
      double theta = parameters.get().doubleOr("rope_theta", DEFAULT_THETA);
      return of(parameters.get(), theta, rotaryDim, maxPositions);
    }
    double theta = config.doubleOr("rope_theta", DEFAULT_THETA);
    Optional<JsonConfig> scaling = config.nested("rope_scaling");
    return scaling.isPresent()
        ? of(scaling.get(), theta, rotaryDim, maxPositions)
        : RotaryConfig.plain(theta, rotaryDim, maxPositions);
  }

  /** From one set of parameters: {@code rope_type} (or {@code type}) and what belongs to it. */
  public static RotaryConfig of(JsonConfig scaling, double theta, int rotaryDim, int maxPositions) {
    String name = scaling.stringOr("rope_type", scaling.stringOr("type", "default"));
    RotaryConfig.Type type =
        switch (name) {
          case "default" -> RotaryConfig.Type.DEFAULT;
          case "linear" -> RotaryConfig.Type.LINEAR;
          case "dynamic" -> RotaryConfig.Type.DYNAMIC;
          case "llama3" -> RotaryConfig.Type.LLAMA3;
          case "yarn" -> RotaryConfig.Type.YARN;
          default ->
              throw new UnsupportedModelException(
                  scaling.file()
                      + ": rope_type \""
                      + name
                      + "\" is not supported, expected default, linear, dynamic, llama3 or yarn");
        };
    if (type == RotaryConfig.Type.DEFAULT) {
      return RotaryConfig.plain(theta, rotaryDim, maxPositions);
    }
    double original = scaling.doubleOr("original_max_position_embeddings", maxPositions);
    return new RotaryConfig(
        type,
        theta,
        rotaryDim,
        maxPositions,
        scaling.doubleOr("factor", maxPositions / original),
        scaling.doubleOr("low_freq_factor", 1),
        scaling.doubleOr("high_freq_factor", 4),
        original,
        scaling.doubleOr("beta_fast", 32),
        scaling.doubleOr("beta_slow", 1),
        scaling.boolOr("truncate", true),
        scaling.doubleOr("attention_factor", 0),
        scaling.doubleOr("mscale", 0),
        scaling.doubleOr("mscale_all_dim", 0));
  }

  /** From GGUF metadata; a table of divisors in the file comes on top of it. */
  public static RotaryConfig of(GgufMetadata metadata, String arch, int headDim) {
    int maxPositions = metadata.requireInt(arch + ".context_length");
    int rotaryDim = metadata.intOr(arch + ".rope.dimension_count", headDim);
    double theta = metadata.doubleOr(arch + ".rope.freq_base", DEFAULT_THETA);
    String name = metadata.stringOr(arch + ".rope.scaling.type", "none");
    double factor = metadata.doubleOr(arch + ".rope.scaling.factor", 1);
    return switch (name) {
      case "none" -> RotaryConfig.plain(theta, rotaryDim, maxPositions);
      case "linear" -> RotaryConfig.linear(theta, rotaryDim, maxPositions, factor);
      case "yarn" ->
          new RotaryConfig(
              RotaryConfig.Type.YARN,
              theta,
              rotaryDim,
              maxPositions,
              factor,
              1,
              4,
              metadata.intOr(arch + ".rope.scaling.original_context_length", maxPositions),
              metadata.doubleOr(arch + ".rope.scaling.yarn_beta_fast", 32),
              metadata.doubleOr(arch + ".rope.scaling.yarn_beta_slow", 1),
              true,
              0,
              0,
              0);
      default ->
          throw new UnsupportedModelException(
              metadata.file()
                  + ": "
                  + arch
                  + ".rope.scaling.type \""
                  + name
                  + "\" is not supported, expected none, linear or yarn");
    };
  }
}
