// SPDX-License-Identifier: Apache-2.0

/** The native library as Java sees it: the only module that makes downcalls. */
module dev.gatun.bindings {
  exports dev.gatun.bindings to
      dev.gatun;
  exports dev.gatun.bindings.generated to
      dev.gatun;
}
