// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Attentions.Bias;
import java.util.List;

/**
 * A table [buckets, H] of what is added to the scores of a head for each bucket of relative
 * positions; the layers of a stack share one. Raffel et al. 2019, arXiv 1910.10683.
 */
public final class RelativePositionBias implements Layer {
  private final Parameter table;
  private final Bias bias;

  /**
   * Around an existing table.
   *
   * @param bidirectional half of the buckets for keys behind the query
   * @param maxDistance from here on everything is in the last bucket
   */
  public RelativePositionBias(Parameter table, boolean bidirectional, int maxDistance) {
    this.table = table;
    this.bias = new Bias(table.vector(), bidirectional, maxDistance);
  }

  /** What attention takes. */
  public Bias bias() {
    return bias;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(table);
  }
}
