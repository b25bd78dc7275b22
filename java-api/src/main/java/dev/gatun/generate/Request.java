// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the engine has been asked for. Fields are the engine thread's after submission. */
sealed interface Request {
  /** The prompt. */
  int[] prompt();

  /** The encoder's input; empty for decoders. */
  int[] source();

  /** Its configuration. */
  GenerationConfig config();

  /** Whether the caller has given up. */
  boolean isCancelled();

  /** Ends it with a failure. */
  void fail(RuntimeException why);

  /** One answer, token by token. */
  final class Streaming implements Request {
    private final int[] prompt;
    private final int[] source;
    private final GenerationConfig config;
    private final int[] endTokens;
    final TokenStream stream;
    final Sampler sampler;
    final int maxLength;
    Sequence sequence;

    Streaming(
        int[] prompt,
        int[] source,
        GenerationConfig config,
        TokenStream stream,
        Sampler sampler,
        int maxLength) {
      this.prompt = prompt;
      this.source = source;
      this.config = config;
      this.endTokens = config.eosTokens().stream().mapToInt(Integer::intValue).toArray();
      this.stream = stream;
      this.sampler = sampler;
      this.maxLength = maxLength;
    }

    @Override
    public int[] prompt() {
      return prompt;
    }

    @Override
    public int[] source() {
      return source;
    }

    @Override
    public GenerationConfig config() {
      return config;
    }

    @Override
    public boolean isCancelled() {
      return stream.isCancelled();
    }

    @Override
    public void fail(RuntimeException why) {
      stream.fail(why);
    }

    /** Whether a token ends the answer. */
    boolean endsWith(int token) {
      for (int end : endTokens) {
        if (end == token) {
          return true;
        }
      }
      return false;
    }

    /** Tokens whose keys and values are still missing. */
    int remaining() {
      return sequence.history().length() - sequence.cached();
    }
  }

  /** Several answers at once. */
  final class Beams implements Request {
    private final int[] prompt;
    private final int[] source;
    private final GenerationConfig config;
    final CompletableFuture<List<Beam>> result = new CompletableFuture<>();
    final int maxLength;
    BeamSearch search;

    /** Waits for the answers. */
    List<Beam> await() {
      try {
        return result.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }

    Beams(int[] prompt, int[] source, GenerationConfig config, int maxLength) {
      this.prompt = prompt;
      this.source = source;
      this.config = config;
      this.maxLength = maxLength;
    }

    @Override
    public int[] prompt() {
      return prompt;
    }

    @Override
    public int[] source() {
      return source;
    }

    @Override
    public GenerationConfig config() {
      return config;
    }

    @Override
    public boolean isCancelled() {
      return result.isDone();
    }

    @Override
    public void fail(RuntimeException why) {
      result.completeExceptionally(why);
    }
  }
}
