// SPDX-License-Identifier: Apache-2.0

/**
 * BERT (and what shares its architecture: SciBERT, BioBERT, MiniLM): a post-norm encoder with heads
 * for pre-training, classification of sequences and tokens, question answering and multiple choice.
 * Devlin et al. 2018, arXiv 1810.04805.
 */
package dev.gatun.models.bert;
