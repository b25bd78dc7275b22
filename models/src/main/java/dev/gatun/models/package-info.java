// SPDX-License-Identifier: Apache-2.0

/**
 * Model families assembled from the parts of {@link dev.gatun.nn}, one package each: a validated
 * configuration record with Hugging Face's names, the model, a weight-name map for both file
 * formats. A family is found through {@link dev.gatun.nn.ModelFamily}.
 */
package dev.gatun.models;
