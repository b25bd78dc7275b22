// SPDX-License-Identifier: Apache-2.0

/**
 * The C ABI in the shape that jextract gives it. {@code ci/bindings} writes these files from {@code
 * native/include}; the Maven profile {@code jextract} writes them with the real tool:
 *
 * <pre>
 * jextract -I native/include --output bindings/src/main/java
 *   --target-package dev.gatun.bindings.generated --header-class-name GatunLibrary
 *   &#64;bindings/gatun.includes native/include/gatun/gatun.h
 * </pre>
 */
package dev.gatun.bindings.generated;
