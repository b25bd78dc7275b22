// SPDX-License-Identifier: Apache-2.0

/** Vectors from texts. */
package dev.gatun.embed;
