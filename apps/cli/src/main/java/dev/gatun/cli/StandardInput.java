// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Standard input as text; bytes that are not UTF-8 are refused, never replaced. */
final class StandardInput {
  private StandardInput() {}

  /** All of it. Ctrl-C ends the process at once: nothing is under way yet. */
  static String readAll(Interrupt interrupt) throws IOException {
    byte[] bytes;
    try (Interrupt.Stoppable _ = interrupt.onRaise(interrupt::finished)) {
      bytes = System.in.readAllBytes();
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refusal(e);
    }
  }

  /** A reader of its lines. */
  static BufferedReader lines() {
    return new BufferedReader(
        new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
  }

  /** The next line, or null at the end; Ctrl-C ends the process at once. */
  static String readLine(BufferedReader lines, Interrupt interrupt) throws IOException {
    try (Interrupt.Stoppable _ = interrupt.onRaise(interrupt::finished)) {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw refusal(e);
    }
  }

  private static IllegalArgumentException refusal(CharacterCodingException cause) {
    return new IllegalArgumentException(
        "standard input is not UTF-8; convert it first, such as with iconv -t UTF-8", cause);
  }
}
