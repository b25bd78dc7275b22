// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict give. */
record DictView(String kind, List<Object> items) {}
