// SPDX-License-Identifier: Apache-2.0

/** The command line {@code gatun}: generate, chat, embed, inspect, models, bench. */
package dev.gatun.cli;
