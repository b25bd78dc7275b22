// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Short texts by which a resumed run knows that it has the same parameters. */
final class ParameterDigest {
  private static final int HEX_DIGITS = 16;

  private ParameterDigest() {}

  /** Number, names and shapes. */
  static String shapes(List<Parameter> parameters) {
    MessageDigest digest = Manifest.digest();
    for (Parameter parameter : parameters) {
      add(digest, parameter);
    }
    return text(parameters.size(), digest);
  }

  /** Number, names, shapes and first row of the parameters that are not trained. */
  static String frozen(Model model, List<Parameter> trainable) {
    Set<Parameter> trained = Collections.newSetFromMap(new IdentityHashMap<>());
    trained.addAll(trainable);
    MessageDigest digest = Manifest.digest();
    int count = 0;
    for (Parameter parameter : model.parameters()) {
      if (!trained.contains(parameter)) {
        add(digest, parameter);
        float[] row =
            parameter.matrix() != null
                ? parameter.matrix().readRows(0, 1)
                : parameter.vector().toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
        bytes.asFloatBuffer().put(row);
        digest.update(bytes);
        count++;
      }
    }
    return text(count, digest);
  }

  private static void add(MessageDigest digest, Parameter parameter) {
    String line = parameter.name() + " " + Arrays.toString(parameter.shape()) + "\n";
    digest.update(line.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(int count, MessageDigest digest) {
    return count
        + " parameters, "
        + HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }
}
