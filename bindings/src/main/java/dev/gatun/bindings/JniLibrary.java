// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import java.nio.file.Path;

/**
 * Loads the library behind native methods that another module's classes declare, such as the
 * tokenizers'. Here because loading is a restricted call and this is the only module that makes
 * any. The methods bind if their class has the class loader of this one.
 */
public final class JniLibrary {
  private JniLibrary() {}

  /**
   * Loads a library; a second time does nothing.
   *
   * @throws UnsatisfiedLinkError if the file is not a library of this platform
   */
  public static void load(Path library) {
    System.load(library.toAbsolutePath().toString());
  }
}
