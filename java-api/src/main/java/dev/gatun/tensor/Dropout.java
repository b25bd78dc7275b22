// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * The random numbers of dropout in one forward pass: every use takes the next sequence of a
 * counter-based generator, so that a layer that is run again draws the same masks.
 *
 * <p>Belongs to the context of one step.
 */
public final class Dropout {
  private static final int SITE_BITS = 20;

  private final long seed;
  private final long pass;
  private long site;

  /**
   * The state before the first use.
   *
   * @param seed of the run
   * @param pass number of the forward pass in the run; no two passes share masks
   */
  public Dropout(long seed, long pass) {
    this.seed = seed;
    this.pass = pass;
  }

  /** The seed of the run. */
  public long seed() {
    return seed;
  }

  /** The sequence of the next use. */
  public long nextSequence() {
    return (pass << SITE_BITS) + site++;
  }

  /** How many uses there were. */
  public long site() {
    return site;
  }

  /** Goes back to an earlier use. */
  public void rewind(long earlierSite) {
    site = earlierSite;
  }
}
