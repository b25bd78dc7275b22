// SPDX-License-Identifier: Apache-2.0
// The same two calls as the bindings make, through the Java Native Interface: what the Foreign
// Function & Memory API is compared with.
#include <jni.h>
#include <stdint.h>

#include "gatun/gatun.h"

JNIEXPORT jint JNICALL Java_dev_gatun_bench_JniCalls_abiVersion(JNIEnv* env, jclass type);
JNIEXPORT jint JNICALL Java_dev_gatun_bench_JniCalls_rmsNorm(
    JNIEnv* env, jclass type, jlong stream, jlong params, jlong error);

JNIEXPORT jint JNICALL Java_dev_gatun_bench_JniCalls_abiVersion(JNIEnv* env, jclass type) {
  (void)env;
  (void)type;
  return gatun_abi_version();
}

JNIEXPORT jint JNICALL Java_dev_gatun_bench_JniCalls_rmsNorm(
    JNIEnv* env, jclass type, jlong stream, jlong params, jlong error) {
  (void)env;
  (void)type;
  return (jint)gatun_rms_norm_forward((gatun_stream*)(intptr_t)stream,
                                      (const gatun_rms_norm_params*)(intptr_t)params,
                                      (gatun_error*)(intptr_t)error);
}
