// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/** The loss of a head's scores, by the kind of targets: what all classifiers share. */
public enum ScoreLoss {
  /** A class per token: {@link Targets.Tokens}. */
  TOKENS,
  /** A class of a few per sequence: {@link Targets.Classes}. */
  CHOICES,
  /** A class, numbers or flags per sequence. */
  SEQUENCES;

  private boolean learnsFrom(Targets targets) {
    return switch (targets) {
      case Targets.Tokens _ -> this == TOKENS;
      case Targets.Classes _ -> this != TOKENS;
      case Targets.Numbers _, Targets.Flags _ -> this == SEQUENCES;
      default -> false;
    };
  }

  /**
   * As {@link TrainableModel#labelCounts}, of the only part.
   *
   * @param model whose name an exception gives
   * @throws IllegalArgumentException if the targets are of another kind
   */
  public long[] labelCounts(String model, Targets targets) {
    if (!learnsFrom(targets)) {
      throw unsuitable(model, targets);
    }
    long count =
        switch (targets) {
          case Targets.Tokens tokens -> Targets.counted(tokens.labels());
          case Targets.Classes classes -> Targets.counted(classes.labels());
          case Targets.Numbers numbers -> numbers.values().length;
          case Targets.Flags flags -> flags.values().length;
          default -> throw unsuitable(model, targets);
        };
    return new long[] {count};
  }

  private IllegalArgumentException unsuitable(String model, Targets targets) {
    return switch (this) {
      case TOKENS -> Targets.unsuitable(model, targets, Targets.Tokens.class);
      case CHOICES -> Targets.unsuitable(model, targets, Targets.Classes.class);
      case SEQUENCES ->
          Targets.unsuitable(
              model, targets, Targets.Classes.class, Targets.Numbers.class, Targets.Flags.class);
    };
  }

  /**
   * The loss, whose gradient goes where the context records.
   *
   * @param x [N, C] or [B, C]; for numbers and flags as many scores as targets
   */
  public LossValue of(
      String model, Context context, Tensor x, Targets targets, LossOptions options) {
    float scale = options.scale(0);
    Sum sum =
        switch (targets) {
          case Targets.Tokens tokens ->
              Losses.crossEntropy(context, x, tokens.labels(), scale, options.smoothing());
          case Targets.Classes classes ->
              Losses.crossEntropy(context, x, classes.labels(), scale, options.smoothing());
          case Targets.Numbers numbers -> Losses.meanSquares(context, x, numbers.values(), scale);
          case Targets.Flags flags -> Losses.binary(context, x, flags.values(), scale);
          default -> throw unsuitable(model, targets);
        };
    return LossValue.of(sum, scale);
  }
}
