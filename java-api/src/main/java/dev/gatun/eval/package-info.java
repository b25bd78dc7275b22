// SPDX-License-Identifier: Apache-2.0

/** Measures of quality: accuracy, F1, perplexity. */
package dev.gatun.eval;
