// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.tensor.Arithmetic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeds batches on request, for comparisons that take turns with another program. Arguments: the
 * encoder's folder, FAST or F32, the threads. Each line of the input names a file of token ids, a
 * sequence a line, and a file for the vectors (little-endian f32) or "-"; the answer is a line with
 * the nanoseconds.
 */
public final class EmbedWorker {
  private EmbedWorker() {}

  /** Runs until the input ends. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("usage: EmbedWorker FOLDER FAST|F32 THREADS");
    }
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = System.out;
    try (Embedder embedder =
        Embedder.load(
            Path.of(args[0]),
            BenchSettings.loading(Arithmetic.valueOf(args[1]), Integer.parseInt(args[2])),
            EmbedderOptions.defaults())) {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String[] files = line.split("\t", 2);
        List<int[]> batch = read(Path.of(files[0]));
        long start = System.nanoTime();
        float[][] vectors = embedder.embedIds(batch);
        long nanos = System.nanoTime() - start;
        if (!files[1].equals("-")) {
          write(vectors, Path.of(files[1]));
        }
        answers.println(nanos);
        answers.flush();
      }
    }
  }

  private static List<int[]> read(Path file) throws IOException {
    List<int[]> sequences = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ", -1);
      int[] ids = new int[words.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = Integer.parseInt(words[i]);
      }
      sequences.add(ids);
    }
    return sequences;
  }

  private static void write(float[][] vectors, Path file) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * vectors.length * vectors[0].length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      for (float value : vector) {
        bytes.putFloat(value);
      }
    }
    Files.write(file, bytes.array());
  }
}
