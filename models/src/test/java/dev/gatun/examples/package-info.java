// SPDX-License-Identifier: Apache-2.0

/** Tests of the examples that the documentation shows. */
package dev.gatun.examples;
