// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelSource;
import dev.gatun.io.Progress;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.EncoderModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import dev.gatun.tokenizer.Encoding;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns texts into vectors with an encoder: texts of any lengths form ragged passes of a bounded
 * number of tokens, never padded; pooling and normalisation come from the model's own files.
 *
 * <p>Thread-safe: passes are taken one at a time. Closing waits for the pass in flight.
 */
public final class Embedder implements AutoCloseable {
  private final EncoderModel model;
  private final Tokenizer tokenizer;
  private final EmbedderOptions options;
  private final SentenceSettings settings;
  private final Context context;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private Embedder(
      EncoderModel model, Tokenizer tokenizer, EmbedderOptions options, SentenceSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = options;
    this.settings = settings;
    this.context = model.newContext();
  }

  /** Obtains and loads a model with default options. */
  public static Embedder load(ModelSource source) {
    return load(
        source.resolve(Progress.NONE, false), LoadOptions.defaults(), EmbedderOptions.defaults());
  }

  /**
   * Loads an encoder from a file or folder.
   *
   * @throws UnsupportedModelException if it is not an encoder of a supported family
   */
  public static Embedder load(Path path, LoadOptions loading, EmbedderOptions options) {
    Device.prepare();
    try (ModelFiles files = ModelFiles.open(path)) {
      Tokenizer tokenizer =
          files.format() == ModelFiles.Format.GGUF
              ? Tokenizers.fromGguf(files.metadata())
              : Tokenizers.fromFolder(files.folder());
      Model model = ModelLoader.load(files, loading);
      try {
        if (!(model instanceof EncoderModel encoder)) {
          throw new UnsupportedModelException(
              path
                  + ": a model of architecture \""
                  + model.architecture()
                  + "\" is no encoder; embeddings need one");
        }
        SentenceSettings settings = SentenceSettings.of(files, encoder.contextLength(), options);
        return new Embedder(encoder, tokenizer, options, settings);
      } catch (RuntimeException | Error e) {
        model.close();
        tokenizer.close();
        throw e;
      }
    }
  }

  /** The length of a vector. */
  public int dimension() {
    return model.hiddenSize();
  }

  /** The encoder. */
  public EncoderModel model() {
    return model;
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The vector of one text. */
  public float[] embed(String text) {
    return embed(List.of(text))[0];
  }

  /**
   * The vectors of texts, in their order.
   *
   * @throws IllegalArgumentException if a text is too long and the policy is {@link LongInput#FAIL}
   * @throws IllegalStateException if the embedder is closed
   */
  public float[][] embed(List<String> texts) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      pieces.addAll(pieces(i, texts.get(i)));
    }
    return embedPieces(texts.size(), pieces);
  }

  /** The vectors of token ids, special tokens included, in their order. */
  public float[][] embedIds(List<int[]> sequences) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      pieces.add(new Piece(i, sequences.get(i)));
    }
    return embedPieces(sequences.size(), pieces);
  }

  /** Tokens of a text or of a part of it. */
  private record Piece(int text, int[] ids) {}

  private List<Piece> pieces(int index, String text) {
    Encoding encoding = tokenizer.encode(text, true);
    int limit = settings.maxTokens();
    if (encoding.length() <= limit) {
      return List.of(new Piece(index, encoding.ids()));
    }
    return switch (options.longInput()) {
      case FAIL ->
          throw new IllegalArgumentException(
              "embed: text "
                  + index
                  + " has "
                  + encoding.length()
                  + " tokens, expected at most "
                  + limit
                  + "; shorten it or choose TRUNCATE or SPLIT_AND_AVERAGE");
      case TRUNCATE -> List.of(new Piece(index, Windows.cut(encoding, limit).getFirst()));
      case SPLIT_AND_AVERAGE ->
          Windows.cut(encoding, limit).stream().map(ids -> new Piece(index, ids)).toList();
    };
  }

  private float[][] embedPieces(int texts, List<Piece> pieces) {
    float[][] vectors = new float[texts][model.hiddenSize()];
    int[] parts = new int[texts];
    int[] tokens = new int[texts];
    for (Piece piece : pieces) {
      parts[piece.text()]++;
      tokens[piece.text()] += piece.ids().length;
    }
    // Similar lengths together: the work of a pass is then spread evenly over the threads.
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.sort(Comparator.comparingInt((Piece piece) -> piece.ids().length).reversed());
    float[] row = new float[model.hiddenSize()];
    int first = 0;
    while (first < sorted.size()) {
      int count = 1;
      int sum = sorted.get(first).ids().length;
      while (first + count < sorted.size()
          && sum + sorted.get(first + count).ids().length <= options.batchTokens()) {
        sum += sorted.get(first + count).ids().length;
        count++;
      }
      pass(sorted.subList(first, first + count), vectors, parts, tokens, row);
      first += count;
    }
    for (int i = 0; i < texts; i++) {
      if (parts[i] > 1 && settings.normalize()) {
        normalize(vectors[i]);
      }
    }
    return vectors;
  }

  private void pass(List<Piece> pieces, float[][] vectors, int[] parts, int[] tokens, float[] row) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("embedder is closed");
      }
      model.lifetime().acquire();
      try (Workspace.Scope _ = context.workspace().scope()) {
        int[][] ids = pieces.stream().map(Piece::ids).toArray(int[][]::new);
        SequenceBatch batch = SequenceBatch.of(context, ids);
        Tensor hidden = model.encode(context, batch);
        Tensor pooled =
            Rows.pooling(
                context, hidden, batch.cuSeqlens(), settings.pooling(), settings.normalize());
        for (int i = 0; i < ids.length; i++) {
          int text = pieces.get(i).text();
          if (parts[text] == 1) {
            pooled.copyRowTo(i, vectors[text]);
          } else {
            pooled.copyRowTo(i, row);
            float share = (float) ids[i].length / tokens[text];
            for (int k = 0; k < row.length; k++) {
              vectors[text][k] += share * row[k];
            }
          }
        }
      } finally {
        model.lifetime().release();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void normalize(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    float factor = (float) (1 / Math.max(Math.sqrt(sum), 1e-12));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  /** Frees the model; a second call is harmless. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        context.close();
        model.close();
        tokenizer.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
