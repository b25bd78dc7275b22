// SPDX-License-Identifier: Apache-2.0

/** Model families assembled from the parts of {@code dev.gatun}. */
module dev.gatun.models {
  requires transitive dev.gatun;
}
