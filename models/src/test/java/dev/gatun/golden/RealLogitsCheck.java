// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import tools.jackson.databind.JsonNode;

/** Stored scores of short prompts: the best ones, fixed probes, and what all of them add up to. */
final class RealLogitsCheck {
  private final double atol;
  private final Report report;

  RealLogitsCheck(double atol, Report report) {
    this.atol = atol;
    this.report = report;
  }

  void run(TokenScores scores, JsonNode items) {
    for (JsonNode item : items) {
      int[] ids = Jsons.ints(item.get("ids"));
      Values logits = scores.logits(ids);
      String what = item.get("prompt").toString();
      int last = ids.length - 1;
      pairs(logits, last, item.get("last_top10"), what);
      JsonNode probes = item.get("probe_ids");
      for (int i = 0; i < probes.size(); i++) {
        near(
            logits.at(last, probes.get(i).intValue()),
            item.get("last_probe_logits").get(i).doubleValue(),
            what + " token " + probes.get(i));
      }
      double mean = 0;
      for (int c = 0; c < logits.columns(); c++) {
        mean += logits.at(last, c) / (double) logits.columns();
      }
      double variance = 0;
      for (int c = 0; c < logits.columns(); c++) {
        variance += Math.pow(logits.at(last, c) - mean, 2) / logits.columns();
      }
      near(mean, item.get("last_mean").doubleValue(), what + " mean");
      near(Math.sqrt(variance), item.get("last_std").doubleValue(), what + " deviation");
      near(logits.logSumExp(last), item.get("last_logsumexp").doubleValue(), what + " log-sum-exp");
      for (int t = 0; t < item.get("first_positions_top5").size(); t++) {
        pairs(logits, t, item.get("first_positions_top5").get(t), what + " position " + t);
      }
    }
  }

  private void pairs(Values logits, int row, JsonNode best, String what) {
    int first = best.get(0).get(0).intValue();
    double lead = best.get(0).get(1).doubleValue() - best.get(1).get(1).doubleValue();
    if (lead > 2 * atol) {
      report.check("logits", logits.argMax(row) == first, what + " best token is another");
    }
    for (JsonNode pair : best) {
      int token = pair.get(0).intValue();
      near(logits.at(row, token), pair.get(1).doubleValue(), what + " token " + token);
    }
  }

  private void near(double got, double want, String what) {
    double error = Tolerance.error(got, want);
    if (error <= atol) {
      report.pass("logits", error);
    } else {
      report.fail("logits", what + " is " + got + ", expected " + want);
    }
  }
}
