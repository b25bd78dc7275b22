// SPDX-License-Identifier: Apache-2.0

/**
 * Models as files: where they come from ({@link dev.gatun.io.ModelSource}), what they are ({@link
 * dev.gatun.io.ModelFiles}), and what is in them ({@link dev.gatun.io.TensorSource}, {@link
 * dev.gatun.io.JsonConfig}, {@link dev.gatun.io.GgufMetadata}).
 *
 * <p>Everything read from a file is hostile until checked: sizes and offsets are computed exactly
 * and compared with the file's real length before memory is taken, and every error is a {@link
 * dev.gatun.io.ModelFormatException}, {@link dev.gatun.io.ModelNotFoundException} or {@link
 * dev.gatun.io.UnsupportedModelException} that says what to do. Native code never sees a path or a
 * header. Shapes are row-major with the slowest dimension first.
 */
package dev.gatun.io;
