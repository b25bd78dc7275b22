// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

/**
 * Where a run stands in its data.
 *
 * @param step optimiser steps made
 * @param epoch the current pass over the set, from 0
 * @param batch the next micro-batch of the epoch
 * @param passes forward passes of training made, which number the masks of dropout
 */
record Position(long step, long epoch, int batch, long passes) {
  static final Position START = new Position(0, 0, 0, 0);
}
