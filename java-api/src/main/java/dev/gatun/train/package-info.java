// SPDX-License-Identifier: Apache-2.0

/**
 * Training: objectives, the trainer with evaluation, metrics and progress, a plan of memory and
 * time before the first step, and checkpoints that survive a crash at any write and resume bit for
 * bit.
 */
package dev.gatun.train;
