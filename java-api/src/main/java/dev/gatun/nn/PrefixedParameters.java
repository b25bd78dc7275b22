// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;

/** A source seen from inside a part: names get a prefix. */
record PrefixedParameters(ParameterSource source, String prefix) implements ParameterSource {
  @Override
  public Device device() {
    return source.device();
  }

  @Override
  public Arithmetic arithmetic() {
    return source.arithmetic();
  }

  @Override
  public boolean has(String name) {
    return source.has(prefix + name);
  }

  @Override
  public Parameter matrix(String name, long out, long in) {
    return source.matrix(prefix + name, out, in);
  }

  @Override
  public Parameter preciseMatrix(String name, long out, long in) {
    return source.preciseMatrix(prefix + name, out, in);
  }

  @Override
  public Parameter vector(String name, long length) {
    return source.vector(prefix + name, length);
  }

  @Override
  public Parameter table(String name, long rows, long columns) {
    return source.table(prefix + name, rows, columns);
  }

  @Override
  public Parameter constant(String name, float[] values) {
    return source.constant(prefix + name, values);
  }

  @Override
  public ParameterSource at(String next) {
    return new PrefixedParameters(source, prefix + next);
  }
}
