// SPDX-License-Identifier: Apache-2.0

/**
 * Training data: readers of text, JSON lines and CSV, tokenised examples, masking, and ragged
 * batches whose order is a pure function of seed and epoch.
 */
package dev.gatun.data;
