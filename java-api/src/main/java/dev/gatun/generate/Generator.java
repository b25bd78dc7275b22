// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.lora.LoraAdapter;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.ModelMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates tokens with a decoder. Any number of threads, virtual ones included, may ask at once:
 * their requests run in one batch on the generator's own thread. Requests that begin alike share
 * the work of the common prefix.
 *
 * <p>Close it before or with its model; closing ends all requests.
 */
public final class Generator implements AutoCloseable {
  private static final long MOST_DEFAULT_CACHE_TOKENS = 8192;

  private final CausalModel model;
  private final GeneratorOptions options;
  private final GenerationEngine engine;
  private final ModelMemory.Dependent dependent;

  /** A generator with default limits. */
  public Generator(CausalModel model) {
    this(model, GeneratorOptions.defaults());
  }

  /**
   * A generator.
   *
   * @throws dev.gatun.tensor.OutOfDeviceMemoryException if the cache does not fit
   */
  public Generator(CausalModel model, GeneratorOptions options) {
    this.model = model;
    this.options = options;
    long tokens =
        options.cacheTokens() > 0
            ? options.cacheTokens()
            : Math.min(
                (long) model.contextLength() * options.maxBatch(), MOST_DEFAULT_CACHE_TOKENS);
    this.engine = new GenerationEngine(model, options, tokens, 0);
    this.dependent = engine::close;
    model.memory().register(dependent);
    engine.start();
  }

  /** The model. */
  public CausalModel model() {
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
   * Starts an answer.
   *
   * @param prompt token ids, at least one
   * @throws IllegalArgumentException if the prompt is empty, too long for the model, has an id
   *     outside the vocabulary, or the configuration asks for beams
   * @throws IllegalStateException if the generator is closed
   */
  public TokenStream stream(int[] prompt, GenerationConfig config) {
    if (config.numBeams() > 1) {
      throw new IllegalArgumentException(
          "generation: beam search has no stream; numBeams is " + config.numBeams());
    }
    int maxLength = check(prompt, config);
    TokenStream stream = new TokenStream(options.bufferedTokens(), config.logProbs(), engine::wake);
    if (maxLength == prompt.length) {
      stream.finish(FinishReason.LENGTH);
      return stream;
    }
    engine.submit(
        new Request.Streaming(
            prompt.clone(),
            new int[0],
            config,
            stream,
            new Sampler(config, model.vocabularySize()),
            maxLength));
    return stream;
  }

  /** The new tokens of an answer, end token included. */
  public int[] generate(int[] prompt, GenerationConfig config) {
    if (config.numBeams() > 1) {
      return beams(prompt, config).getFirst().tokens();
    }
    try (TokenStream stream = stream(prompt, config)) {
      return stream.drain();
    }
  }

  /**
   * Answers to several prompts, run together: {@code numReturnSequences} for each prompt, one after
   * the other. When sampling, answer i of a prompt has the seed plus i.
   */
  public List<int[]> generateAll(List<int[]> prompts, GenerationConfig config) {
    List<TokenStream> streams = new ArrayList<>();
    try {
      for (int[] prompt : prompts) {
        for (int i = 0; i < config.numReturnSequences(); i++) {
          streams.add(stream(prompt, config.seed(config.seed() + i)));
        }
      }
      return streams.stream().map(TokenStream::drain).toList();
    } finally {
      streams.forEach(TokenStream::close);
    }
  }

  /**
   * Beam search.
   *
   * @return {@code numReturnSequences} answers, best first
   */
  public List<Beam> beams(int[] prompt, GenerationConfig config) {
    int maxLength = check(prompt, config);
    Request.Beams request = new Request.Beams(prompt.clone(), new int[0], config, maxLength);
    engine.submit(request);
    return request.await();
  }

  private int check(int[] prompt, GenerationConfig config) {
    int context = model.contextLength();
    engine.adapters().slot(config);
    TokenChecks.require("prompt", prompt, model.vocabularySize(), context);
    return (int) Math.min((long) prompt.length + config.maxNewTokens(), context);
  }

  /** Ends all requests and frees the cache; a second call is harmless. */
  @Override
  public void close() {
    engine.close();
    engine.adapters().release(dependent);
    model.memory().unregister(dependent);
  }
}
