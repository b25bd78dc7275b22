// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import java.util.List;
import java.util.stream.Stream;

/** A part of a model with parameters. */
public interface Layer {
  /** The parameters, in a fixed order; a shared one may be listed by every part that uses it. */
  List<Parameter> parameters();

  /** The parameters of several parts, nulls left out. */
  static List<Parameter> parametersOf(Layer... layers) {
    return Stream.of(layers)
        .filter(layer -> layer != null)
        .flatMap(layer -> layer.parameters().stream())
        .toList();
  }
}
