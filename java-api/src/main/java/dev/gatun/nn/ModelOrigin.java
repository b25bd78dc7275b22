// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.JsonConfig;
import java.util.function.Function;

/**
 * How a model is written to files that others can read.
 *
 * @param config its {@code config.json}
 * @param names the tensor that holds a parameter
 */
public record ModelOrigin(JsonConfig config, Function<String, StoredTensor> names) {}
