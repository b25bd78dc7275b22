// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

/** What happens to a text that is longer than the model takes. */
public enum LongInput {
  /** It is cut at the limit; what the reference does. */
  TRUNCATE,
  /** It is cut into pieces that fit; their vectors are averaged by their number of tokens. */
  SPLIT_AND_AVERAGE,
  /** {@link IllegalArgumentException}. */
  FAIL
}
