// SPDX-License-Identifier: Apache-2.0

/**
 * Gradients: {@link dev.gatun.autograd.Gradients} holds those of a model's trainable parameters,
 * {@link dev.gatun.autograd.Tape} records one forward pass and runs its operations' backward.
 */
package dev.gatun.autograd;
