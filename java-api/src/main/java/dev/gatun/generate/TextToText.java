// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelSource;
import dev.gatun.io.Progress;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;

/**
 * An encoder-decoder with its tokenizer and a generator: a text in, its summary, translation or
 * title out. Thread-safe; close it once for all of them.
 *
 * {@snippet :
 * try (TextToText titler = TextToText.load(ModelSource.of("flan-t5-small-titler"))) {
 *   String title = titler.generate("Read README.md to learn how the project is built.");
 * }
 * }
 */
public final class TextToText implements AutoCloseable {
  private final Seq2SeqModel model;
  private final Tokenizer tokenizer;
  private final Seq2SeqGenerator generator;
  private final GenerationConfig defaults;
  private final String prefix;

  private TextToText(
      Seq2SeqModel model,
      Tokenizer tokenizer,
      GenerationConfig defaults,
      String prefix,
      GeneratorOptions limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.defaults = defaults;
    this.prefix = prefix;
    this.generator = new Seq2SeqGenerator(model, limits);
  }

  /** Obtains and loads a model with default options. */
  public static TextToText load(ModelSource source) {
    return load(
        source.resolve(Progress.NONE, false), LoadOptions.defaults(), GeneratorOptions.defaults());
  }

  /**
   * Loads a model from a file or folder.
   *
   * @throws UnsupportedModelException if it is not an encoder-decoder of a supported family
   * @throws dev.gatun.io.ModelNotFoundException if there is no model or no tokenizer
   * @throws dev.gatun.io.ModelFormatException if a file is damaged
   */
  public static TextToText load(Path path, LoadOptions options, GeneratorOptions limits) {
    try (ModelFiles files = ModelFiles.open(path)) {
      Model model = ModelLoader.load(files, options);
      Tokenizer tokenizer = null;
      try {
        if (!(model instanceof Seq2SeqModel seq2seq)) {
          throw new UnsupportedModelException(
              path
                  + ": a model of architecture \""
                  + model.architecture()
                  + "\" is no encoder-decoder; use a LanguageModel or an Embedder for this one");
        }
        tokenizer = Tokenizers.fromFolder(files.folder());
        return new TextToText(
            seq2seq, tokenizer, GenerationSettings.ofSeq2Seq(files), prefix(files), limits);
      } catch (RuntimeException | Error e) {
        model.close();
        if (tokenizer != null) {
          tokenizer.close();
        }
        throw e;
      }
    }
  }

  /** What the model's configuration puts before a text that is to be summarised. */
  private static String prefix(ModelFiles files) {
    return files
        .config()
        .nested("task_specific_params")
        .flatMap(tasks -> tasks.nested("summarization"))
        .flatMap(task -> task.optionalString("prefix"))
        .orElse("");
  }

  /** The encoder-decoder. */
  public Seq2SeqModel model() {
    return model;
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The generator over the model, for token ids. */
  public Seq2SeqGenerator generator() {
    return generator;
  }

  /** How the model's files say that it should be asked: beams, lengths, end tokens. */
  public GenerationConfig defaults() {
    return defaults;
  }

  /** What the model expects before a text that it is to summarise; often empty. */
  public String summaryPrefix() {
    return prefix;
  }

  /** The source of a text: its token ids with the special ones. */
  public int[] encode(String text) {
    return tokenizer.encodeIds(text, true);
  }

  /** The text of a target, without special tokens. */
  public String decode(int[] target) {
    return tokenizer.decode(target, true).strip();
  }

  /** The target of a text that is given as the model expects it, with the model's own settings. */
  public String generate(String text) {
    return generate(text, defaults);
  }

  /** The target of a text that is given as the model expects it. */
  public String generate(String text, GenerationConfig config) {
    return decode(generator.generate(encode(text), config));
  }

  /** Targets of several texts, run together. */
  public List<String> generateAll(List<String> texts, GenerationConfig config) {
    return generator.generateAll(texts.stream().map(this::encode).toList(), config).stream()
        .map(this::decode)
        .toList();
  }

  /** Ends all requests and frees the model; a second call is harmless. */
  @Override
  public void close() {
    generator.close();
    model.close();
    tokenizer.close();
  }
}
