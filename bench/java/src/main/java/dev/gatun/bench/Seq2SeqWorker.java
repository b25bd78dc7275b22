// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.Seq2SeqGenerator;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tensor.Arithmetic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Generates targets on request, for comparisons that take turns with another program. Arguments:
 * the model's folder, FAST or F32, the threads. Each line of the input has a file of token ids, a
 * source a line, the beams, the tokens of each target (nothing ends it before), and a file for the
 * targets or "-"; the answer is a line with the nanoseconds.
 */
public final class Seq2SeqWorker {
  private static final int MOST_SOURCES = 64;

  private Seq2SeqWorker() {}

  /** Runs until the input ends. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("usage: Seq2SeqWorker FOLDER FAST|F32 THREADS");
    }
    Arithmetic arithmetic = Arithmetic.valueOf(args[1]);
    GeneratorOptions options = GeneratorOptions.defaults().withMaxBatch(MOST_SOURCES);
    try (ModelFiles files = ModelFiles.open(Path.of(args[0]));
        Model model =
            ModelLoader.load(files, BenchSettings.loading(arithmetic, Integer.parseInt(args[2])));
        Seq2SeqGenerator generator = new Seq2SeqGenerator((Seq2SeqModel) model, options)) {
      serve(generator);
    }
  }

  private static void serve(Seq2SeqGenerator generator) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = System.out;
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] words = line.split("\t", 4);
      List<int[]> sources = read(Path.of(words[0]));
      GenerationConfig config =
          GenerationConfig.beams(Integer.parseInt(words[1]))
              .maxNewTokens(Integer.parseInt(words[2]));
      long start = System.nanoTime();
      List<int[]> targets = generator.generateAll(sources, config);
      long nanos = System.nanoTime() - start;
      if (!words[3].equals("-")) {
        Files.write(Path.of(words[3]), targets.stream().map(Seq2SeqWorker::line).toList());
      }
      answers.println(nanos);
      answers.flush();
    }
  }

  private static String line(int[] target) {
    return Arrays.stream(target).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  private static List<int[]> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray())
        .toList();
  }
}
