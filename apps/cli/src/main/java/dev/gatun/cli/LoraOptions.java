// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.lora.LoraConfig;
import java.util.List;
import picocli.CommandLine.Option;

/** Whether an adapter is trained, and of what kind. */
final class LoraOptions {
  @Option(
      names = "--lora",
      description = "Train a low-rank adapter; the model itself, of any format, stays as it is.")
  private boolean on;

  @Option(names = "--lora-rank", paramLabel = "R", description = "Its rank (default 8).")
  private int rank = 8;

  @Option(
      names = "--lora-alpha",
      paramLabel = "X",
      description = "What is added is scaled by X / R; twice the rank by default.")
  private Double alpha;

  @Option(names = "--lora-dropout", paramLabel = "P", description = "Dropout before it.")
  private double dropout;

  @Option(
      names = "--lora-targets",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Modules that get one, such as q_proj,v_proj, or all-linear; by default what is usual for"
              + " the architecture.")
  private List<String> targets = List.of();

  @Option(names = "--rslora", description = "Scale by X / sqrt(R).")
  private boolean rankStabilized;

  boolean on() {
    return on;
  }

  LoraConfig config() {
    return LoraConfig.defaults()
        .withRank(rank, alpha == null ? 2.0 * rank : alpha)
        .withDropout(dropout)
        .withRankStabilized(rankStabilized)
        .withTargets(targets.toArray(String[]::new));
  }
}
