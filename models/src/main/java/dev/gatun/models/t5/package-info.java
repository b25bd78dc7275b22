// SPDX-License-Identifier: Apache-2.0

/**
 * T5 in all its versions (1.0, 1.1, Flan, mT5): pre-norm blocks without biases whose attention
 * knows relative positions. Raffel et al. 2019, arXiv 1910.10683.
 */
package dev.gatun.models.t5;
