// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.embed.Similarity;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tokenizer.EncodeOptions;
import dev.gatun.tokenizer.Truncation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A published sentence encoder: ids, vectors in F32, and how far FAST is from them. */
record RealEmbeddingCase(String name, JsonNode expected) implements GoldenCase {
  private static final double LEAST_FAST_COSINE = 0.999;
  private static final Tolerance NORM = new Tolerance(0, 1e-4);

  @Override
  public long weightBytes() {
    return expected.get("model").get("bytes").longValue();
  }

  @Override
  public void run(Report report, Device device) {
    JsonNode model = expected.get("model");
    report.declare("ids", "vectors", "cosine", "fast");
    Optional<Path> weights = LocalWeights.find(weightBytes(), model.get("sha256").stringValue());
    if (weights.isEmpty()) {
      report.skip("weights of package " + model.get("package").stringValue() + " are not here");
      return;
    }
    Path folder = weights.get().getParent();
    List<String> texts =
        expected.get("items").valueStream().map(item -> item.get("text").stringValue()).toList();
    LoadOptions f32 = LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
    EmbedderOptions options = EmbedderOptions.defaults();
    float[][] vectors;
    try (Embedder embedder = Embedder.load(folder, f32, options)) {
      ids(embedder, report);
      vectors = embedder.embed(texts);
    }
    vectors(vectors, report);
    try (Embedder embedder = Embedder.load(folder, f32, options.withNormalize(false))) {
      norms(embedder.embed(texts), report);
    }
    try (Embedder embedder = Embedder.load(folder, f32.withArithmetic(Arithmetic.FAST), options)) {
      float[][] fast = embedder.embed(texts);
      for (int i = 0; i < fast.length; i++) {
        double cosine = Similarity.cosine(fast[i], vectors[i]);
        if (cosine >= LEAST_FAST_COSINE) {
          report.pass("fast", 1 - cosine);
        } else {
          report.fail("fast", "vector " + i + " has cosine " + cosine + " to the f32 one");
        }
      }
    }
  }

  private void ids(Embedder embedder, Report report) {
    for (JsonNode item : expected.get("items")) {
      int[] want = Jsons.ints(item.get("ids"));
      Truncation truncation =
          item.get("truncated").booleanValue() ? Truncation.toLength(want.length) : null;
      int[] got =
          embedder
              .tokenizer()
              .encodeBatch(
                  List.of(item.get("text").stringValue()),
                  null,
                  new EncodeOptions(true, truncation, null))
              .getFirst()
              .ids();
      report.check("ids", Arrays.equals(got, want), "ids of " + item.get("text"));
    }
  }

  private void vectors(float[][] vectors, Report report) {
    double atol = expected.get("tolerance").get("embedding_atol").doubleValue();
    double cosineAtol = expected.get("tolerance").get("cosine_atol").doubleValue();
    for (int i = 0; i < vectors.length; i++) {
      JsonNode first = expected.get("items").get(i).get("embedding_first16");
      for (int c = 0; c < first.size(); c++) {
        near(report, "vectors", "[" + i + ", " + c + "]", vectors[i][c], first.get(c), atol);
      }
      double sum = 0;
      for (float value : vectors[i]) {
        sum += value;
      }
      JsonNode stored = expected.get("items").get(i).get("embedding_sum");
      near(report, "vectors", "sum of " + i, sum, stored, atol * vectors[i].length);
      for (int j = 0; j < vectors.length; j++) {
        double cosine = Similarity.cosine(vectors[i], vectors[j]);
        JsonNode want = expected.get("cosine").get(i).get(j);
        near(report, "cosine", "[" + i + ", " + j + "]", cosine, want, cosineAtol);
      }
    }
  }

  private void norms(float[][] vectors, Report report) {
    for (int i = 0; i < vectors.length; i++) {
      double squares = 0;
      for (float value : vectors[i]) {
        squares += (double) value * value;
      }
      double want = expected.get("items").get(i).get("norm_before_normalisation").doubleValue();
      double norm = Math.sqrt(squares);
      report.check(
          "vectors", NORM.allows(norm, want), "norm of " + i + " is " + norm + ", not " + want);
    }
  }

  private static void near(
      Report report, String part, String what, double got, JsonNode want, double atol) {
    double error = Tolerance.error(got, want.doubleValue());
    if (error <= atol) {
      report.pass(part, what.startsWith("sum") ? 0 : error);
    } else {
      report.fail(part, what + " is " + got + ", expected " + want);
    }
  }
}
