// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.io.JsonConfig;
import dev.gatun.models.GatunModels;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.GradientClipping;
import dev.gatun.optim.OptimizerState;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Makes training steps on request, for comparisons that take turns with another program. Arguments:
 * gpt2 (GPT-2 small, 4 x 64 tokens, next token) or bert (BERT base with two classes, 8 x 128), f32
 * or bf16 (products in bf16, masters in f32), the threads. AdamW with clipping, no dropout, random
 * weights. Each line of the input is answered with the nanoseconds of a step; the line "memory"
 * with the process's peak resident bytes.
 */
public final class TrainWorker {
  private static final double LEARNING_RATE = 1e-5;

  private TrainWorker() {}

  /** Runs until the input ends. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("usage: TrainWorker gpt2|bert f32|bf16 THREADS");
    }
    boolean causal = args[0].equals("gpt2");
    Arithmetic arithmetic = args[1].equals("f32") ? Arithmetic.F32 : Arithmetic.FAST;
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = System.out;
    try (TrainableModel model =
            (TrainableModel)
                GatunModels.create(
                    config(causal),
                    BenchSettings.loading(arithmetic, Integer.parseInt(args[2]))
                        .withTrainable(true),
                    1);
        Gradients gradients = new Gradients(model.device(), model.parameters());
        OptimizerState optimizer =
            AdamW.withLearningRate(LEARNING_RATE).newState(model.device(), model.parameters());
        Context context = model.newContext()) {
      int[][] ids = causal ? ids(4, 64, 50_257) : ids(8, 128, 30_522);
      Targets targets =
          causal ? Targets.next(ids) : new Targets.Classes(new int[] {0, 1, 1, 0, 1, 0, 0, 1});
      int[] lengths = new int[ids.length];
      Arrays.fill(lengths, ids[0].length);
      LossOptions options = LossOptions.of(model.labelCounts(lengths, targets));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        if (line.equals("memory")) {
          answers.println(peakBytes());
        } else {
          long start = System.nanoTime();
          try (Tape tape = new Tape(context, gradients, false)) {
            model.loss(context, SequenceBatch.of(context, ids), targets, options);
            tape.backward();
          }
          double scale = new GradientClipping(1).scale(gradients.norm(context));
          optimizer.step(context, gradients, LEARNING_RATE, scale);
          answers.println(System.nanoTime() - start);
        }
        answers.flush();
      }
    }
  }

  private static JsonConfig config(boolean causal) {
    String json =
        causal
            ? """
            {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50257,
             "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12,
             "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
             "initializer_range": 0.02}\
            """
            : """
            {"model_type": "bert", "architectures": ["BertForSequenceClassification"],
             "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
             "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
             "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
             "initializer_range": 0.02, "num_labels": 2}\
            """;
    return JsonConfig.parse(Path.of("config.json"), json);
  }

  private static int[][] ids(int sequences, int length, int vocabulary) {
    Random random = new Random(1);
    int[][] ids = new int[sequences][length];
    for (int[] row : ids) {
      for (int i = 0; i < length; i++) {
        row[i] = random.nextInt(vocabulary);
      }
    }
    return ids;
  }

  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IllegalStateException("no VmHWM in /proc/self/status");
  }
}
