// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a low-rank adapter is like; names and meanings are PEFT's. Immutable.
 *
 * @param rank r
 * @param alpha the scale of what is added is alpha / r
 * @param dropout probability with which inputs are left out in training
 * @param rankStabilized the scale is alpha / sqrt(r) instead. Kalajdzievski 2023, arXiv 2312.03732
 * @param targets names of modules: a module is adapted whose path equals one or ends with a dot and
 *     one. The single text {@value #ALL_LINEAR} means every projection but the output head, a
 *     single text with other characters than letters, digits, dots and underscores is a regular
 *     expression over the whole path. Empty: what is usual for the architecture
 * @param rankPattern another r for the modules that a name or expression matches
 * @param alphaPattern another alpha for them
 * @param modulesToSave modules that are trained as a whole and kept with the adapter, such as a
 *     fresh classification head
 */
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilized,
    List<String> targets,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    List<String> modulesToSave) {
  /** The target that means every projection but the output head. */
  public static final String ALL_LINEAR = "all-linear";

  private static final int MOST_RANK = 4096;

  /** Checks the ranges. */
  public LoraConfig {
    requireRank("r", rank);
    requireAlpha("lora_alpha", alpha);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "lora: lora_dropout is " + dropout + ", expected 0 to below 1");
    }
    targets = List.copyOf(targets);
    rankPattern = new LinkedHashMap<>(rankPattern);
    alphaPattern = new LinkedHashMap<>(alphaPattern);
    modulesToSave = List.copyOf(modulesToSave);
    rankPattern.forEach((name, value) -> requireRank("rank_pattern of " + name, value));
    alphaPattern.forEach((name, value) -> requireAlpha("alpha_pattern of " + name, value));
  }

  /** r = alpha = 8, no dropout, the targets that are usual for the architecture. */
  public static LoraConfig defaults() {
    return new LoraConfig(8, 8, 0, false, List.of(), Map.of(), Map.of(), List.of());
  }

  /** The same with another r and alpha. */
  public LoraConfig withRank(int r, double newAlpha) {
    return new LoraConfig(
        r, newAlpha, dropout, rankStabilized, targets, rankPattern, alphaPattern, modulesToSave);
  }

  /** The same with dropout. */
  public LoraConfig withDropout(double probability) {
    return new LoraConfig(
        rank,
        alpha,
        probability,
        rankStabilized,
        targets,
        rankPattern,
        alphaPattern,
        modulesToSave);
  }

  /** The same with the scale alpha / sqrt(r), or without. */
  public LoraConfig withRankStabilized(boolean on) {
    return new LoraConfig(
        rank, alpha, dropout, on, targets, rankPattern, alphaPattern, modulesToSave);
  }

  /** The same for other modules. */
  public LoraConfig withTargets(String... names) {
    return new LoraConfig(
        rank,
        alpha,
        dropout,
        rankStabilized,
        List.of(names),
        rankPattern,
        alphaPattern,
        modulesToSave);
  }

  /** The same with other modules that are trained as a whole. */
  public LoraConfig withModulesToSave(String... names) {
    return new LoraConfig(
        rank, alpha, dropout, rankStabilized, targets, rankPattern, alphaPattern, List.of(names));
  }

  private static void requireRank(String name, int value) {
    if (value < 1 || value > MOST_RANK) {
      throw new IllegalArgumentException(
          "lora: " + name + " is " + value + ", expected 1 to " + MOST_RANK);
    }
  }

  private static void requireAlpha(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "lora: " + name + " is " + value + ", expected a positive number");
    }
  }

  /** r of a module. */
  int rankOf(String path) {
    return matching(rankPattern, path, rank);
  }

  /** What B A x is multiplied with in a module. */
  float scaleOf(String path) {
    double own = matching(alphaPattern, path, alpha);
    int r = rankOf(path);
    return (float) (own / (rankStabilized ? Math.sqrt(r) : r));
  }

  /** Whether a module is adapted, for targets that are not empty. */
  boolean targets(String path) {
    if (targets.size() == 1 && isExpression(targets.getFirst())) {
      return matches(targets.getFirst(), path);
    }
    return targets.stream().anyMatch(name -> isNamed(path, name));
  }

  /** Whether a module is trained as a whole. */
  boolean saves(String path) {
    return modulesToSave.stream().anyMatch(name -> isNamed(path, name));
  }

  static boolean isExpression(String target) {
    return !target.matches("[A-Za-z0-9_.]*") && !target.equals(ALL_LINEAR);
  }

  private static boolean isNamed(String path, String name) {
    return path.equals(name) || path.endsWith("." + name);
  }

  private static <T> T matching(Map<String, T> patterns, String path, T otherwise) {
    for (Map.Entry<String, T> entry : patterns.entrySet()) {
      if (matches("(.*\\.)?(" + entry.getKey() + ")", path)) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  private static boolean matches(String expression, String path) {
    try {
      return Pattern.compile(expression).matcher(path).matches();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "lora: \"" + expression + "\" is no regular expression: " + e.getDescription(), e);
    }
  }
}
