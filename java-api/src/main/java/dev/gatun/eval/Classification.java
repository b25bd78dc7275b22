// SPDX-License-Identifier: Apache-2.0
package dev.gatun.eval;

/** Counts of predicted and true classes, and what follows from them. Not thread-safe. */
public final class Classification {
  private final long[][] counts; // [true][predicted]
  private long total;
  private long correct;

  /** With no counts yet. */
  public Classification(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classification: classes is " + classes);
    }
    counts = new long[classes][classes];
  }

  /** Counts one prediction. */
  public void add(int expected, int predicted) {
    counts[expected][predicted]++;
    total++;
    if (expected == predicted) {
      correct++;
    }
  }

  /** The number of predictions. */
  public long total() {
    return total;
  }

  /** The fraction of predictions that are right; NaN without any. */
  public double accuracy() {
    return (double) correct / total;
  }

  /** 2 TP / (2 TP + FP + FN) of one class; 0 where it neither occurs nor is predicted. */
  public double f1(int label) {
    long both = counts[label][label];
    long either = 0;
    for (int other = 0; other < counts.length; other++) {
      either += counts[label][other] + counts[other][label];
    }
    return either == 0 ? 0 : 2.0 * both / either;
  }

  /** The mean of {@link #f1} over all classes. */
  public double macroF1() {
    double sum = 0;
    for (int label = 0; label < counts.length; label++) {
      sum += f1(label);
    }
    return sum / counts.length;
  }
}
