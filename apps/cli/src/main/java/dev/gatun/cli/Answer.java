// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.FinishReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One answer: what came out and when. Not thread-safe. */
final class Answer {
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;

  private final long begin = System.nanoTime();
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> tokens = new ArrayList<>();
  private final List<Float> logProbs = new ArrayList<>();
  private final List<Map<String, Float>> best = new ArrayList<>();
  private String model = "";
  private int[] prompt = {};
  private Double score;
  private FinishReason reason;
  private int count;
  private long loaded;
  private long first;
  private long end;

  /** The model is loaded and the prompt encoded. */
  void begins(Path path, int[] promptIds) {
    model = path.toString();
    prompt = promptIds;
    loaded = System.nanoTime();
  }

  /** The first token is there. */
  void first() {
    first = System.nanoTime();
  }

  /** A token with its log-probability; NaN where it has none. */
  void token(int id, float logProb) {
    tokens.add(id);
    if (!Float.isNaN(logProb)) {
      logProbs.add(logProb);
    }
  }

  /** The best tokens of that step. */
  void best(Map<String, Float> named) {
    best.add(named);
  }

  /** The score of a beam. */
  void score(double value) {
    score = value;
  }

  /** Adds text and cuts it at the first stop string; whether there was one. */
  boolean append(String piece, List<String> stops) {
    text.append(piece);
    int cut = -1;
    for (String stop : stops) {
      int at = text.indexOf(stop);
      if (at >= 0 && (cut < 0 || at < cut)) {
        cut = at;
      }
    }
    if (cut >= 0) {
      text.setLength(cut);
    }
    return cut >= 0;
  }

  /** It is complete. */
  void ends(FinishReason why, int tokenCount) {
    reason = why;
    count = tokenCount;
    end = System.nanoTime();
  }

  String text() {
    return text.toString();
  }

  private double decodeRate() {
    return count > 1 && score == null ? (count - 1) * SECOND / Math.max(1, end - first) : 0;
  }

  Map<String, Object> json() {
    Map<String, Object> timings = new LinkedHashMap<>();
    timings.put("load_ms", (loaded - begin) / MILLI);
    timings.put("first_token_ms", (first - loaded) / MILLI);
    timings.put("total_ms", (end - begin) / MILLI);
    timings.put("prompt_tokens", prompt.length);
    timings.put("new_tokens", count);
    timings.put("prompt_tokens_per_second", prompt.length * SECOND / Math.max(1, first - loaded));
    timings.put("decode_tokens_per_second", decodeRate());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("prompt_token_ids", prompt);
    json.put("text", text());
    json.put("token_ids", tokens);
    if (score != null) {
      json.put("score", score);
    } else {
      json.put("log_probs", logProbs);
    }
    if (!best.isEmpty()) {
      json.put("top_log_probs", best);
    }
    json.put("finish_reason", String.valueOf(reason).toLowerCase(Locale.ROOT));
    json.put("timings", timings);
    return json;
  }

  String timings() {
    return String.format(
        Locale.ROOT,
        "loaded in %.0f ms; %d prompt tokens, the first token after %.0f ms; %d tokens%s",
        (loaded - begin) / MILLI,
        prompt.length,
        (first - loaded) / MILLI,
        count,
        decodeRate() > 0 ? String.format(Locale.ROOT, ", %.1f per second", decodeRate()) : "");
  }
}
