// SPDX-License-Identifier: Apache-2.0

/**
 * The processors of scores, one class each, with the semantics of Hugging Face's. A score of negative
 * infinity removes a token; a NaN counts as removed. Not exported: {@link
 * dev.gatun.generate.LogitsProcessors} puts them together.
 */
package dev.gatun.generate.processors;
