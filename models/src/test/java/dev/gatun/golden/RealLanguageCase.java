// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.ModelLoader;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.template.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A published decoder: ids, chat template, logits, greedy steps and perplexity in F32, and the
 * perplexity of FAST beside it.
 */
record RealLanguageCase(String name, JsonNode expected) implements GoldenCase {
  private static final double FAST_RTOL = 0.01;
  private static final Pattern LAST_NUMBER = Pattern.compile("([0-9.]+)\\D*$");

  @Override
  public long weightBytes() {
    return expected.get("model").get("bytes").longValue();
  }

  @Override
  public void run(Report report, Device device) {
    JsonNode stated = expected.get("model");
    report.declare("tokenizer", "chat", "logits", "greedy", "perplexity", "fast");
    Optional<Path> weights = LocalWeights.find(weightBytes(), stated.get("sha256").stringValue());
    if (weights.isEmpty()) {
      report.skip("weights of package " + stated.get("package").stringValue() + " are not here");
      return;
    }
    try (ModelFiles files = ModelFiles.open(weights.get())) {
      if (!ModelLoader.supports(files)) {
        report.skip("model_type " + files.architecture());
        return;
      }
    }
    LoadOptions options = LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
    double[] f32;
    try (LanguageModel model =
        LanguageModel.load(weights.get(), options, GeneratorOptions.defaults())) {
      tokenizer(model.tokenizer(), report);
      chat(model, report);
      TokenScores scores = new TokenScores(model.model());
      JsonNode tolerance = expected.get("tolerance").get("float32_path");
      new RealLogitsCheck(tolerance.get("logits_atol").doubleValue(), report)
          .run(scores, expected.get("logits"));
      greedy(scores, lastNumber(tolerance.get("greedy").stringValue()), report);
      f32 = perplexities(model, report);
      perplexity(f32, tolerance.get("perplexity_rtol").doubleValue(), report);
    } catch (UnsupportedModelException e) {
      report.skip(e.getMessage());
      return;
    }
    try (LanguageModel model =
        LanguageModel.load(
            weights.get(), options.withArithmetic(Arithmetic.FAST), GeneratorOptions.defaults())) {
      double[] fast = perplexities(model, report);
      for (int i = 0; i < fast.length; i++) {
        relative(report, "fast", "perplexity " + i, fast[i], f32[i], FAST_RTOL);
      }
    }
  }

  private static double lastNumber(String text) {
    Matcher matcher = LAST_NUMBER.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no bound in \"" + text + "\"");
    }
    return Double.parseDouble(matcher.group(1));
  }

  private void tokenizer(Tokenizer tokenizer, Report report) {
    for (JsonNode item : expected.get("tokenizer")) {
      int[] ids = Jsons.ints(item.get("ids"));
      int[] got = tokenizer.encodeIds(item.get("text").stringValue(), true);
      report.check("tokenizer", Arrays.equals(ids, got), "ids of " + item.get("text"));
      String text = tokenizer.decode(ids, false);
      boolean same = text.equals(item.get("decoded").stringValue());
      report.check("tokenizer", same, "decoding of " + item.get("text"));
    }
  }

  private void chat(LanguageModel model, Report report) {
    for (JsonNode item : expected.path("chat")) {
      int[] ids = model.encodeChat(messages(item.get("messages")));
      boolean same = Arrays.equals(ids, Jsons.ints(item.get("ids")));
      report.check("chat", same, "ids of " + item.get("messages"));
      String rendered = model.tokenizer().decode(ids, false);
      report.check(
          "chat",
          rendered.equals(item.get("rendered").stringValue()),
          "text of " + item.get("messages") + " is \"" + rendered + "\"");
    }
    for (JsonNode item : expected.get("greedy")) {
      int[] want = Jsons.ints(item.get("prompt_ids"));
      int[] got =
          item.has("chat")
              ? model.encodeChat(messages(item.get("chat")))
              : model.tokenizer().encodeIds(item.get("prompt").stringValue(), true);
      report.check("chat", Arrays.equals(got, want), "ids of the prompt of " + item.get("text"));
    }
  }

  private static List<ChatMessage> messages(JsonNode list) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : list) {
      messages.add(
          new ChatMessage(message.get("role").stringValue(), message.get("content").stringValue()));
    }
    return messages;
  }

  /** The expected prefix is fed; where the margin is wide enough the same token must be best. */
  private void greedy(TokenScores scores, double bound, Report report) {
    for (JsonNode item : expected.get("greedy")) {
      int[] prompt = Jsons.ints(item.get("prompt_ids"));
      int[] answer = Jsons.ints(item.get("new_ids"));
      int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length);
      System.arraycopy(answer, 0, ids, prompt.length, answer.length);
      int[] best = scores.best(ids, prompt.length - 1);
      for (int step = 0; step < answer.length; step++) {
        double margin = item.get("margins").get(step).doubleValue();
        if (margin > bound) {
          report.check(
              "greedy",
              best[step] == answer[step],
              "step "
                  + step
                  + " of "
                  + item.get("text")
                  + " with margin "
                  + margin
                  + " is "
                  + best[step]
                  + ", expected "
                  + answer[step]);
        }
      }
    }
  }

  /** In windows of 500, and in one window. */
  private double[] perplexities(LanguageModel model, Report report) {
    JsonNode stored = expected.get("perplexity");
    int count = stored.get("n_tokens").intValue();
    int[] all = model.tokenizer().encodeIds(stored.get("text").stringValue(), true);
    int[] ids = Arrays.copyOf(all, Math.min(count, all.length));
    int[] first = Jsons.ints(stored.get("ids_first_32"));
    int[] last = Jsons.ints(stored.get("ids_last_8"));
    report.check(
        "tokenizer",
        ids.length == count
            && Arrays.equals(Arrays.copyOf(ids, first.length), first)
            && Arrays.equals(Arrays.copyOfRange(ids, count - last.length, count), last),
        "ids of the long text");
    int windows = stored.get("windows_of_500").get("window_nll_mean").size();
    // Where a text begins with the begin token, every window does.
    Integer bos = model.tokenizer().specialTokens().bos();
    Integer lead = bos != null && bos == ids[0] ? bos : null;
    TokenScores scores = new TokenScores(model.model());
    return new double[] {
      scores.perplexity(ids, count / windows, lead), scores.perplexity(ids, count, lead)
    };
  }

  private void perplexity(double[] got, double rtol, Report report) {
    String[] names = {"windows_of_500", "one_window"};
    for (int i = 0; i < names.length; i++) {
      double want = expected.get("perplexity").get(names[i]).get("perplexity").doubleValue();
      relative(report, "perplexity", names[i], got[i], want, rtol);
    }
  }

  private static void relative(
      Report report, String part, String what, double got, double want, double rtol) {
    double error = Math.abs(got / want - 1);
    if (error <= rtol) {
      report.pass(part, error);
    } else {
      report.fail(part, what + " is " + got + ", expected " + want);
    }
  }
}
