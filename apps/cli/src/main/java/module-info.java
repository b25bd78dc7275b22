// SPDX-License-Identifier: Apache-2.0

/** The command line. */
module dev.gatun.cli {
  requires dev.gatun;
  requires dev.gatun.models;
  requires info.picocli;
  requires tools.jackson.databind;

  opens dev.gatun.cli to
      info.picocli;
}
