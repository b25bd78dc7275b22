// SPDX-License-Identifier: Apache-2.0

/**
 * Optimisers, their state, clipping of gradients and learning-rate schedules. The state of a
 * parameter lies in native memory in the order of the parameter's own elements, so that a step is
 * one pass over flat arrays.
 */
package dev.gatun.optim;
