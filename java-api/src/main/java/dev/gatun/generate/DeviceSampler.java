// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.ops.Logits;
import dev.gatun.ops.SampleRows;
import java.util.List;

/**
 * Chooses tokens on a GPU, for requests whose configuration its kernel knows: a step then copies a
 * token to the host, not a row of scores. Belongs to the engine's thread.
 */
final class DeviceSampler implements AutoCloseable {
  private final SampleRows rows = new SampleRows();

  /** Whether a request's next token can be chosen on a GPU, and is not the model's best anyway. */
  static boolean takes(Request.Streaming request) {
    return request.sampler.needsScores() && request.sampler.deviceSettings() != null;
  }

  /**
   * Chooses for those requests that it takes; {@link StepResult#chosenToken} has the tokens. Scores
   * of the others' rows stay as they are.
   *
   * @param requests of the first rows of {@code result}
   */
  void choose(List<Request.Streaming> requests, StepResult result) {
    boolean any = false;
    rows.clear();
    int count = Math.toIntExact(result.logits().dim(0));
    for (int row = 0; row < count; row++) {
      Request.Streaming request = row < requests.size() ? requests.get(row) : null;
      if (request != null && takes(request)) {
        TokenHistory history = request.sequence.history();
        rows.add(
            request.sampler.deviceSettings(),
            history::get,
            history.promptLength(),
            history.length());
        any = true;
      } else {
        rows.addGreedy();
      }
    }
    if (any) {
      Logits.sample(result.context(), result.logits(), rows, result.chosen());
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
