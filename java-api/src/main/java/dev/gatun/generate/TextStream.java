// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.tokenizer.StreamDecoder;
import dev.gatun.tokenizer.Tokenizer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * The text of one answer, pulled chunk by chunk: {@code for (TextChunk chunk : stream)}. Characters
 * are never split, special tokens are not shown, a stop string ends the answer and is cut off. One
 * reader, one pass. Closing cancels.
 */
public final class TextStream implements Iterable<TextChunk>, AutoCloseable {
  private final TokenStream tokens;
  private final StreamDecoder decoder;
  private final StopStrings stops;
  private final Consumer<String> whenDone;
  private final StringBuilder text = new StringBuilder();
  // What next() will hand out; an empty piece is none. A chunk is made only for the reader.
  private String piece = "";
  private int token;
  private float logProb;
  private boolean ended;
  private FinishReason reason;
  private int tokenCount;

  TextStream(
      TokenStream tokens, Tokenizer tokenizer, GenerationConfig config, Consumer<String> whenDone) {
    this.tokens = tokens;
    this.decoder = tokenizer.streamDecoder(true);
    this.stops = new StopStrings(config.stopStrings());
    this.whenDone = whenDone;
  }

  /** An iterator over what has not been read; all of them share the one pass. */
  @Override
  public Iterator<TextChunk> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return TextStream.this.hasNext();
      }

      @Override
      public TextChunk next() {
        return TextStream.this.next();
      }
    };
  }

  /** Waits for the next chunk; false at the end of the answer. */
  public boolean hasNext() {
    while (piece.isEmpty() && !ended) {
      if (tokens.next()) {
        tokenCount++;
        take(stops.push(decoder.push(tokens.token())), tokens.token(), tokens.logProb());
        if (stops.found()) {
          tokens.cancel();
          end(FinishReason.STOP);
        }
      } else {
        take(stops.push(decoder.finish()) + stops.finish(), -1, Float.NaN);
        end(stops.found() ? FinishReason.STOP : tokens.finishReason());
      }
      if (ended) {
        whenDone.accept(text.toString());
      }
    }
    return !piece.isEmpty();
  }

  private void take(String newPiece, int ofToken, float itsLogProb) {
    piece = newPiece;
    token = ofToken;
    logProb = itsLogProb;
    text.append(newPiece);
  }

  private void end(FinishReason why) {
    ended = true;
    reason = why;
  }

  /**
   * The next chunk.
   *
   * @throws NoSuchElementException at the end of the answer
   */
  public TextChunk next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the answer has ended");
    }
    TextChunk chunk = new TextChunk(piece, token, logProb);
    piece = "";
    return chunk;
  }

  /** Reads the rest and returns the whole text. */
  public String readAll() {
    while (hasNext()) {
      piece = "";
    }
    return text.toString();
  }

  /** Why the answer ended; null while it goes on. */
  public FinishReason finishReason() {
    return reason;
  }

  /** Tokens read so far. */
  public int tokenCount() {
    return tokenCount;
  }

  /** The tokens beneath, for their log-probabilities. */
  public TokenStream tokens() {
    return tokens;
  }

  /** Cancels what has not been read. */
  @Override
  public void close() {
    tokens.close();
  }
}
