// SPDX-License-Identifier: Apache-2.0

/**
 * BART: an encoder-decoder of post-norm blocks with learned positions. Lewis et al. 2019, arXiv
 * 1910.13461.
 */
package dev.gatun.models.bart;
