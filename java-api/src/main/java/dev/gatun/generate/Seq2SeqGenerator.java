// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.lora.LoraAdapter;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Seq2SeqModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates the target of a source with an encoder-decoder. Any number of threads, virtual ones
 * included, may ask at once: their requests run in one batch on the generator's own thread, sources
 * of different lengths side by side. A source is encoded once; all its beams read the same keys and
 * values.
 *
 * <p>Results are the new tokens: without the start token, with the end token. Close it before or
 * with its model; closing ends all requests.
 */
public final class Seq2SeqGenerator implements AutoCloseable {
  private static final long MOST_DEFAULT_CACHE_TOKENS = 8192;

  private final Seq2SeqModel model;
  private final GeneratorOptions options;
  private final GenerationEngine engine;
  private final ModelMemory.Dependent dependent;

  /** A generator with default limits. */
  public Seq2SeqGenerator(Seq2SeqModel model) {
    this(model, GeneratorOptions.defaults());
  }

  /**
   * A generator.
   *
   * @throws dev.gatun.tensor.OutOfDeviceMemoryException if the caches do not fit
   */
  public Seq2SeqGenerator(Seq2SeqModel model, GeneratorOptions options) {
    this.model = model;
    this.options = options;
    long targets = tokens(options.cacheTokens(), model.contextLength());
    long sources = tokens(options.sourceTokens(), model.sourceLength());
    this.engine = new GenerationEngine(model, options, targets, sources);
    this.dependent = engine::close;
    model.memory().register(dependent);
    engine.start();
  }

  private long tokens(long given, int length) {
    return given > 0
        ? given
        : Math.min((long) length * options.maxBatch(), MOST_DEFAULT_CACHE_TOKENS);
  }

  /** The model. */
  public Seq2SeqModel model() {
    return model;
  }

  /**
   * Adds an adapter that requests may choose by name ({@link GenerationConfig#adapter}). Several
   * can be used at once, each sequence of a batch with its own or none.
   *
   * @param adapter of this model; closing it closes this generator
   * @throws IllegalArgumentException if the name is taken, or the adapter is another model's
   */
  public void addAdapter(String name, LoraAdapter adapter) {
    engine.adapters().add(name, adapter, dependent);
  }

  /**
   * Starts a target behind the model's start token.
   *
   * @param source token ids of the encoder's input, at least one
   * @throws IllegalArgumentException if the source is empty, too long for the model, has an id
   *     outside the vocabulary, or the configuration asks for beams
   * @throws IllegalStateException if the generator is closed
   */
  public TokenStream stream(int[] source, GenerationConfig config) {
    return stream(source, new int[] {model.startToken()}, config);
  }

  /** The same behind given first tokens of the target. */
  public TokenStream stream(int[] source, int[] prompt, GenerationConfig config) {
    if (config.numBeams() > 1) {
      throw new IllegalArgumentException(
          "generation: beam search has no stream; numBeams is " + config.numBeams());
    }
    int maxLength = check(source, prompt, config);
    TokenStream stream = new TokenStream(options.bufferedTokens(), config.logProbs(), engine::wake);
    if (maxLength == prompt.length) {
      stream.finish(FinishReason.LENGTH);
      return stream;
    }
    engine.submit(
        new Request.Streaming(
            prompt.clone(),
            source.clone(),
            config,
            stream,
            new Sampler(config, model.vocabularySize()),
            maxLength));
    return stream;
  }

  /** The target of a source; with beams, the best one. */
  public int[] generate(int[] source, GenerationConfig config) {
    return generateAll(List.of(source), config.toBuilder().numReturnSequences(1).build())
        .getFirst();
  }

  /**
   * Targets of several sources, run together: {@code numReturnSequences} for each source, one after
   * the other, with beams the best first. When sampling, target i of a source has the seed plus i.
   */
  public List<int[]> generateAll(List<int[]> sources, GenerationConfig config) {
    if (config.numBeams() > 1) {
      return beams(sources, config).stream().flatMap(List::stream).map(Beam::tokens).toList();
    }
    List<TokenStream> streams = new ArrayList<>();
    try {
      for (int[] source : sources) {
        for (int i = 0; i < config.numReturnSequences(); i++) {
          streams.add(stream(source, config.seed(config.seed() + i)));
        }
      }
      return streams.stream().map(TokenStream::drain).toList();
    } finally {
      streams.forEach(TokenStream::close);
    }
  }

  /**
   * Beam search over one source.
   *
   * @return {@code numReturnSequences} targets, best first
   */
  public List<Beam> beams(int[] source, GenerationConfig config) {
    return beams(List.of(source), config).getFirst();
  }

  /** Beam search over several sources, run together. */
  public List<List<Beam>> beams(List<int[]> sources, GenerationConfig config) {
    int[] prompt = {model.startToken()};
    List<Request.Beams> requests = new ArrayList<>();
    for (int[] source : sources) {
      int maxLength = check(source, prompt, config);
      requests.add(new Request.Beams(prompt, source.clone(), config, maxLength));
    }
    requests.forEach(engine::submit);
    return requests.stream().map(Request.Beams::await).toList();
  }

  private int check(int[] source, int[] prompt, GenerationConfig config) {
    engine.adapters().slot(config);
    TokenChecks.require("source", source, model.vocabularySize(), model.sourceLength());
    TokenChecks.require("prompt", prompt, model.vocabularySize(), model.contextLength());
    return (int) Math.min((long) prompt.length + config.maxNewTokens(), model.contextLength());
  }

  /** Ends all requests and frees the caches; a second call is harmless. */
  @Override
  public void close() {
    engine.close();
    engine.adapters().release(dependent);
    model.memory().unregister(dependent);
  }
}
