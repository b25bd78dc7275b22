// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an evaluation measured.
 *
 * @param step after which it was made; 0 before the first
 * @param measures by name, such as "loss"
 */
public record EvaluationReport(long step, Map<String, Double> measures) {
  /** Copies the map, in its order. */
  public EvaluationReport {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }
}
