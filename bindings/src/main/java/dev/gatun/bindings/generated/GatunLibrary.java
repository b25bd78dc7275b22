// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout.OfInt;
import java.lang.invoke.MethodHandle;

/** Functions and constants of the C ABI. The library must have been loaded before. */
public class GatunLibrary extends GatunLibrary$shared {
  GatunLibrary() {}

  static final SymbolLookup SYMBOL_LOOKUP =
      SymbolLookup.loaderLookup().or(Linker.nativeLinker().defaultLookup());

  /** {@snippet lang=c : typedef int32_t gatun_status } */
  public static final OfInt gatun_status = C_INT;

  /** {@snippet lang=c : typedef int32_t gatun_dtype } */
  public static final OfInt gatun_dtype = C_INT;
  private static final int GATUN_DEVICE_CPU = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_DEVICE_CPU 0 }
   *
   * @return 0
   */
  public static int GATUN_DEVICE_CPU() {
    return GATUN_DEVICE_CPU;
  }

  private static final int GATUN_DEVICE_CUDA = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_DEVICE_CUDA 1 }
   *
   * @return 1
   */
  public static int GATUN_DEVICE_CUDA() {
    return GATUN_DEVICE_CUDA;
  }

  private static final int GATUN_ISA_AUTO = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_AUTO 0 }
   *
   * @return 0
   */
  public static int GATUN_ISA_AUTO() {
    return GATUN_ISA_AUTO;
  }

  private static final int GATUN_ISA_GENERIC = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_GENERIC 1 }
   *
   * @return 1
   */
  public static int GATUN_ISA_GENERIC() {
    return GATUN_ISA_GENERIC;
  }

  private static final int GATUN_ISA_AVX2 = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_AVX2 2 }
   *
   * @return 2
   */
  public static int GATUN_ISA_AVX2() {
    return GATUN_ISA_AVX2;
  }

  private static final int GATUN_ISA_AVX512 = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_AVX512 3 }
   *
   * @return 3
   */
  public static int GATUN_ISA_AVX512() {
    return GATUN_ISA_AVX512;
  }

  private static final int GATUN_ISA_AVX512_BF16 = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_AVX512_BF16 4 }
   *
   * @return 4
   */
  public static int GATUN_ISA_AVX512_BF16() {
    return GATUN_ISA_AVX512_BF16;
  }

  private static final int GATUN_ISA_AMX = (int) 5L;

  /**
   * {@snippet lang=c : #define GATUN_ISA_AMX 5 }
   *
   * @return 5
   */
  public static int GATUN_ISA_AMX() {
    return GATUN_ISA_AMX;
  }

  private static final int GATUN_BUFFER_MEMORY = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_BUFFER_MEMORY 0 }
   *
   * @return 0
   */
  public static int GATUN_BUFFER_MEMORY() {
    return GATUN_BUFFER_MEMORY;
  }

  private static final int GATUN_BUFFER_ADDRESSES = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_BUFFER_ADDRESSES 1 }
   *
   * @return 1
   */
  public static int GATUN_BUFFER_ADDRESSES() {
    return GATUN_BUFFER_ADDRESSES;
  }

  private static final int GATUN_BUFFER_HOST_VISIBLE = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_BUFFER_HOST_VISIBLE 2 }
   *
   * @return 2
   */
  public static int GATUN_BUFFER_HOST_VISIBLE() {
    return GATUN_BUFFER_HOST_VISIBLE;
  }

  private static final int GATUN_ACTIVATION_NONE = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_NONE 0 }
   *
   * @return 0
   */
  public static int GATUN_ACTIVATION_NONE() {
    return GATUN_ACTIVATION_NONE;
  }

  private static final int GATUN_ACTIVATION_RELU = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_RELU 1 }
   *
   * @return 1
   */
  public static int GATUN_ACTIVATION_RELU() {
    return GATUN_ACTIVATION_RELU;
  }

  private static final int GATUN_ACTIVATION_GELU = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_GELU 2 }
   *
   * @return 2
   */
  public static int GATUN_ACTIVATION_GELU() {
    return GATUN_ACTIVATION_GELU;
  }

  private static final int GATUN_ACTIVATION_GELU_TANH = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_GELU_TANH 3 }
   *
   * @return 3
   */
  public static int GATUN_ACTIVATION_GELU_TANH() {
    return GATUN_ACTIVATION_GELU_TANH;
  }

  private static final int GATUN_ACTIVATION_SILU = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_SILU 4 }
   *
   * @return 4
   */
  public static int GATUN_ACTIVATION_SILU() {
    return GATUN_ACTIVATION_SILU;
  }

  private static final int GATUN_ACTIVATION_TANH = (int) 5L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_TANH 5 }
   *
   * @return 5
   */
  public static int GATUN_ACTIVATION_TANH() {
    return GATUN_ACTIVATION_TANH;
  }

  private static final int GATUN_ACTIVATION_QUICK_GELU = (int) 6L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_QUICK_GELU 6 }
   *
   * @return 6
   */
  public static int GATUN_ACTIVATION_QUICK_GELU() {
    return GATUN_ACTIVATION_QUICK_GELU;
  }

  private static final int GATUN_ACTIVATION_SIGMOID = (int) 7L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_SIGMOID 7 }
   *
   * @return 7
   */
  public static int GATUN_ACTIVATION_SIGMOID() {
    return GATUN_ACTIVATION_SIGMOID;
  }

  private static final int GATUN_LINEAR_MAX_OUTPUTS = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_LINEAR_MAX_OUTPUTS 3 }
   *
   * @return 3
   */
  public static int GATUN_LINEAR_MAX_OUTPUTS() {
    return GATUN_LINEAR_MAX_OUTPUTS;
  }

  private static final int GATUN_ATTENTION_BATCH_INVARIANT = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ATTENTION_BATCH_INVARIANT 1 }
   *
   * @return 1
   */
  public static int GATUN_ATTENTION_BATCH_INVARIANT() {
    return GATUN_ATTENTION_BATCH_INVARIANT;
  }

  private static final int GATUN_LOW_RANK_MOST = (int) 8L;

  /**
   * {@snippet lang=c : #define GATUN_LOW_RANK_MOST 8 }
   *
   * @return 8
   */
  public static int GATUN_LOW_RANK_MOST() {
    return GATUN_LOW_RANK_MOST;
  }

  private static final int GATUN_POOLING_MEAN = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_POOLING_MEAN 0 }
   *
   * @return 0
   */
  public static int GATUN_POOLING_MEAN() {
    return GATUN_POOLING_MEAN;
  }

  private static final int GATUN_POOLING_CLS = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_POOLING_CLS 1 }
   *
   * @return 1
   */
  public static int GATUN_POOLING_CLS() {
    return GATUN_POOLING_CLS;
  }

  private static final int GATUN_POOLING_LAST = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_POOLING_LAST 2 }
   *
   * @return 2
   */
  public static int GATUN_POOLING_LAST() {
    return GATUN_POOLING_LAST;
  }

  private static final int GATUN_POOLING_MAX = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_POOLING_MAX 3 }
   *
   * @return 3
   */
  public static int GATUN_POOLING_MAX() {
    return GATUN_POOLING_MAX;
  }

  private static final int GATUN_STATUS_OK = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_OK 0 }
   *
   * @return 0
   */
  public static int GATUN_STATUS_OK() {
    return GATUN_STATUS_OK;
  }

  private static final int GATUN_STATUS_INVALID_ARGUMENT = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_INVALID_ARGUMENT 1 }
   *
   * @return 1
   */
  public static int GATUN_STATUS_INVALID_ARGUMENT() {
    return GATUN_STATUS_INVALID_ARGUMENT;
  }

  private static final int GATUN_STATUS_UNSUPPORTED = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_UNSUPPORTED 2 }
   *
   * @return 2
   */
  public static int GATUN_STATUS_UNSUPPORTED() {
    return GATUN_STATUS_UNSUPPORTED;
  }

  private static final int GATUN_STATUS_OUT_OF_MEMORY = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_OUT_OF_MEMORY 3 }
   *
   * @return 3
   */
  public static int GATUN_STATUS_OUT_OF_MEMORY() {
    return GATUN_STATUS_OUT_OF_MEMORY;
  }

  private static final int GATUN_STATUS_DEVICE = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_DEVICE 4 }
   *
   * @return 4
   */
  public static int GATUN_STATUS_DEVICE() {
    return GATUN_STATUS_DEVICE;
  }

  private static final int GATUN_STATUS_INTERNAL = (int) 5L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_INTERNAL 5 }
   *
   * @return 5
   */
  public static int GATUN_STATUS_INTERNAL() {
    return GATUN_STATUS_INTERNAL;
  }

  private static final int GATUN_STATUS_UNAVAILABLE = (int) 6L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_UNAVAILABLE 6 }
   *
   * @return 6
   */
  public static int GATUN_STATUS_UNAVAILABLE() {
    return GATUN_STATUS_UNAVAILABLE;
  }

  private static final int GATUN_STATUS_DRIVER_TOO_OLD = (int) 7L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_DRIVER_TOO_OLD 7 }
   *
   * @return 7
   */
  public static int GATUN_STATUS_DRIVER_TOO_OLD() {
    return GATUN_STATUS_DRIVER_TOO_OLD;
  }

  private static final int GATUN_STATUS_DEVICE_TOO_OLD = (int) 8L;

  /**
   * {@snippet lang=c : #define GATUN_STATUS_DEVICE_TOO_OLD 8 }
   *
   * @return 8
   */
  public static int GATUN_STATUS_DEVICE_TOO_OLD() {
    return GATUN_STATUS_DEVICE_TOO_OLD;
  }

  private static final int GATUN_ERROR_MESSAGE_BYTES = (int) 1016L;

  /**
   * {@snippet lang=c : #define GATUN_ERROR_MESSAGE_BYTES 1016 }
   *
   * @return 1016
   */
  public static int GATUN_ERROR_MESSAGE_BYTES() {
    return GATUN_ERROR_MESSAGE_BYTES;
  }

  private static final int GATUN_COPY_IN = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_COPY_IN 0 }
   *
   * @return 0
   */
  public static int GATUN_COPY_IN() {
    return GATUN_COPY_IN;
  }

  private static final int GATUN_COPY_OUT = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_COPY_OUT 1 }
   *
   * @return 1
   */
  public static int GATUN_COPY_OUT() {
    return GATUN_COPY_OUT;
  }

  private static final int GATUN_COPY_ZERO = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_COPY_ZERO 2 }
   *
   * @return 2
   */
  public static int GATUN_COPY_ZERO() {
    return GATUN_COPY_ZERO;
  }

  private static final int GATUN_DTYPE_F32 = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_F32 0 }
   *
   * @return 0
   */
  public static int GATUN_DTYPE_F32() {
    return GATUN_DTYPE_F32;
  }

  private static final int GATUN_DTYPE_F16 = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_F16 1 }
   *
   * @return 1
   */
  public static int GATUN_DTYPE_F16() {
    return GATUN_DTYPE_F16;
  }

  private static final int GATUN_DTYPE_Q4_0 = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q4_0 2 }
   *
   * @return 2
   */
  public static int GATUN_DTYPE_Q4_0() {
    return GATUN_DTYPE_Q4_0;
  }

  private static final int GATUN_DTYPE_Q4_1 = (int) 3L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q4_1 3 }
   *
   * @return 3
   */
  public static int GATUN_DTYPE_Q4_1() {
    return GATUN_DTYPE_Q4_1;
  }

  private static final int GATUN_DTYPE_Q5_0 = (int) 6L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q5_0 6 }
   *
   * @return 6
   */
  public static int GATUN_DTYPE_Q5_0() {
    return GATUN_DTYPE_Q5_0;
  }

  private static final int GATUN_DTYPE_Q5_1 = (int) 7L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q5_1 7 }
   *
   * @return 7
   */
  public static int GATUN_DTYPE_Q5_1() {
    return GATUN_DTYPE_Q5_1;
  }

  private static final int GATUN_DTYPE_Q8_0 = (int) 8L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q8_0 8 }
   *
   * @return 8
   */
  public static int GATUN_DTYPE_Q8_0() {
    return GATUN_DTYPE_Q8_0;
  }

  private static final int GATUN_DTYPE_Q4_K = (int) 12L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q4_K 12 }
   *
   * @return 12
   */
  public static int GATUN_DTYPE_Q4_K() {
    return GATUN_DTYPE_Q4_K;
  }

  private static final int GATUN_DTYPE_Q5_K = (int) 13L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q5_K 13 }
   *
   * @return 13
   */
  public static int GATUN_DTYPE_Q5_K() {
    return GATUN_DTYPE_Q5_K;
  }

  private static final int GATUN_DTYPE_Q6_K = (int) 14L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_Q6_K 14 }
   *
   * @return 14
   */
  public static int GATUN_DTYPE_Q6_K() {
    return GATUN_DTYPE_Q6_K;
  }

  private static final int GATUN_DTYPE_I8 = (int) 24L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_I8 24 }
   *
   * @return 24
   */
  public static int GATUN_DTYPE_I8() {
    return GATUN_DTYPE_I8;
  }

  private static final int GATUN_DTYPE_I32 = (int) 26L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_I32 26 }
   *
   * @return 26
   */
  public static int GATUN_DTYPE_I32() {
    return GATUN_DTYPE_I32;
  }

  private static final int GATUN_DTYPE_I64 = (int) 27L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_I64 27 }
   *
   * @return 27
   */
  public static int GATUN_DTYPE_I64() {
    return GATUN_DTYPE_I64;
  }

  private static final int GATUN_DTYPE_F64 = (int) 28L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_F64 28 }
   *
   * @return 28
   */
  public static int GATUN_DTYPE_F64() {
    return GATUN_DTYPE_F64;
  }

  private static final int GATUN_DTYPE_BF16 = (int) 30L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_BF16 30 }
   *
   * @return 30
   */
  public static int GATUN_DTYPE_BF16() {
    return GATUN_DTYPE_BF16;
  }

  private static final int GATUN_DTYPE_U8 = (int) 100L;

  /**
   * {@snippet lang=c : #define GATUN_DTYPE_U8 100 }
   *
   * @return 100
   */
  public static int GATUN_DTYPE_U8() {
    return GATUN_DTYPE_U8;
  }

  private static final int GATUN_MAX_RANK = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_MAX_RANK 4 }
   *
   * @return 4
   */
  public static int GATUN_MAX_RANK() {
    return GATUN_MAX_RANK;
  }

  private static final int GATUN_ACTIVATION_ACCUMULATE_DX = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_ACCUMULATE_DX 1 }
   *
   * @return 1
   */
  public static int GATUN_ACTIVATION_ACCUMULATE_DX() {
    return GATUN_ACTIVATION_ACCUMULATE_DX;
  }

  private static final int GATUN_ACTIVATION_ACCUMULATE_DUP = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_ACTIVATION_ACCUMULATE_DUP 2 }
   *
   * @return 2
   */
  public static int GATUN_ACTIVATION_ACCUMULATE_DUP() {
    return GATUN_ACTIVATION_ACCUMULATE_DUP;
  }

  private static final int GATUN_ATTENTION_ACCUMULATE_DQ = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ATTENTION_ACCUMULATE_DQ 1 }
   *
   * @return 1
   */
  public static int GATUN_ATTENTION_ACCUMULATE_DQ() {
    return GATUN_ATTENTION_ACCUMULATE_DQ;
  }

  private static final int GATUN_ATTENTION_ACCUMULATE_DK = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_ATTENTION_ACCUMULATE_DK 2 }
   *
   * @return 2
   */
  public static int GATUN_ATTENTION_ACCUMULATE_DK() {
    return GATUN_ATTENTION_ACCUMULATE_DK;
  }

  private static final int GATUN_ATTENTION_ACCUMULATE_DV = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_ATTENTION_ACCUMULATE_DV 4 }
   *
   * @return 4
   */
  public static int GATUN_ATTENTION_ACCUMULATE_DV() {
    return GATUN_ATTENTION_ACCUMULATE_DV;
  }

  private static final int GATUN_LABEL_IGNORED = (int) -100L;

  /**
   * {@snippet lang=c : #define GATUN_LABEL_IGNORED -100 }
   *
   * @return -100
   */
  public static int GATUN_LABEL_IGNORED() {
    return GATUN_LABEL_IGNORED;
  }

  private static final int GATUN_LOSS_MSE = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_LOSS_MSE 0 }
   *
   * @return 0
   */
  public static int GATUN_LOSS_MSE() {
    return GATUN_LOSS_MSE;
  }

  private static final int GATUN_LOSS_BCE = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_LOSS_BCE 1 }
   *
   * @return 1
   */
  public static int GATUN_LOSS_BCE() {
    return GATUN_LOSS_BCE;
  }

  private static final int GATUN_ABI_VERSION = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ABI_VERSION 1 }
   *
   * @return 1
   */
  public static int GATUN_ABI_VERSION() {
    return GATUN_ABI_VERSION;
  }

  private static final int GATUN_ARITHMETIC_F32 = (int) 0L;

  /**
   * {@snippet lang=c : #define GATUN_ARITHMETIC_F32 0 }
   *
   * @return 0
   */
  public static int GATUN_ARITHMETIC_F32() {
    return GATUN_ARITHMETIC_F32;
  }

  private static final int GATUN_ARITHMETIC_FAST = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_ARITHMETIC_FAST 1 }
   *
   * @return 1
   */
  public static int GATUN_ARITHMETIC_FAST() {
    return GATUN_ARITHMETIC_FAST;
  }

  private static final int GATUN_WEIGHT_BATCH_INVARIANT = (int) 1L;

  /**
   * {@snippet lang=c : #define GATUN_WEIGHT_BATCH_INVARIANT 1 }
   *
   * @return 1
   */
  public static int GATUN_WEIGHT_BATCH_INVARIANT() {
    return GATUN_WEIGHT_BATCH_INVARIANT;
  }

  private static final int GATUN_WEIGHT_SIXTEEN_BITS = (int) 2L;

  /**
   * {@snippet lang=c : #define GATUN_WEIGHT_SIXTEEN_BITS 2 }
   *
   * @return 2
   */
  public static int GATUN_WEIGHT_SIXTEEN_BITS() {
    return GATUN_WEIGHT_SIXTEEN_BITS;
  }

  private static final int GATUN_WEIGHT_TRAINABLE = (int) 4L;

  /**
   * {@snippet lang=c : #define GATUN_WEIGHT_TRAINABLE 4 }
   *
   * @return 4
   */
  public static int GATUN_WEIGHT_TRAINABLE() {
    return GATUN_WEIGHT_TRAINABLE;
  }

  private static class gatun_device_open {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_device_open");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_device_open(const gatun_device_options* options, gatun_device** device, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_device_open$descriptor() {
    return gatun_device_open.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_device_open(const gatun_device_options* options, gatun_device** device, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_device_open$handle() {
    return gatun_device_open.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_device_open(const gatun_device_options* options, gatun_device** device, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_device_open$address() {
    return gatun_device_open.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_device_open(const gatun_device_options* options, gatun_device** device, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_device_open(MemorySegment options, MemorySegment device, MemorySegment error) {
    MethodHandle mh$ = gatun_device_open.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_device_open", options, device, error);
        }
      return (int) mh$.invokeExact(options, device, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_device_query {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_device_query");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_device_query(gatun_device* device, gatun_device_info* info, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_device_query$descriptor() {
    return gatun_device_query.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_device_query(gatun_device* device, gatun_device_info* info, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_device_query$handle() {
    return gatun_device_query.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_device_query(gatun_device* device, gatun_device_info* info, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_device_query$address() {
    return gatun_device_query.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_device_query(gatun_device* device, gatun_device_info* info, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_device_query(MemorySegment device, MemorySegment info, MemorySegment error) {
    MethodHandle mh$ = gatun_device_query.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_device_query", device, info, error);
        }
      return (int) mh$.invokeExact(device, info, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_device_close {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_device_close");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_device_close(gatun_device* device, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_device_close$descriptor() {
    return gatun_device_close.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_device_close(gatun_device* device, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_device_close$handle() {
    return gatun_device_close.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_device_close(gatun_device* device, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_device_close$address() {
    return gatun_device_close.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_device_close(gatun_device* device, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_device_close(MemorySegment device, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_device_close.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_device_close", device, reserved, error);
        }
      return (int) mh$.invokeExact(device, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_backend_query {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_backend_query");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_backend_query(void* reserved, gatun_backend_info* info, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_backend_query$descriptor() {
    return gatun_backend_query.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_backend_query(void* reserved, gatun_backend_info* info, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_backend_query$handle() {
    return gatun_backend_query.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_backend_query(void* reserved, gatun_backend_info* info, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_backend_query$address() {
    return gatun_backend_query.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_backend_query(void* reserved, gatun_backend_info* info, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_backend_query(MemorySegment reserved, MemorySegment info, MemorySegment error) {
    MethodHandle mh$ = gatun_backend_query.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_backend_query", reserved, info, error);
        }
      return (int) mh$.invokeExact(reserved, info, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_gpu_query {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_gpu_query");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_gpu_query(void* reserved, gatun_gpu_info* info, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_gpu_query$descriptor() {
    return gatun_gpu_query.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_gpu_query(void* reserved, gatun_gpu_info* info, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_gpu_query$handle() {
    return gatun_gpu_query.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_gpu_query(void* reserved, gatun_gpu_info* info, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_gpu_query$address() {
    return gatun_gpu_query.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_gpu_query(void* reserved, gatun_gpu_info* info, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_gpu_query(MemorySegment reserved, MemorySegment info, MemorySegment error) {
    MethodHandle mh$ = gatun_gpu_query.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_gpu_query", reserved, info, error);
        }
      return (int) mh$.invokeExact(reserved, info, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_buffer_allocate {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_buffer_allocate");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_buffer_allocate(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_buffer_allocate$descriptor() {
    return gatun_buffer_allocate.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_buffer_allocate(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_buffer_allocate$handle() {
    return gatun_buffer_allocate.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_buffer_allocate(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_buffer_allocate$address() {
    return gatun_buffer_allocate.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_buffer_allocate(gatun_device* device, gatun_buffer* buffer, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_buffer_allocate(MemorySegment device, MemorySegment buffer, MemorySegment error) {
    MethodHandle mh$ = gatun_buffer_allocate.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_buffer_allocate", device, buffer, error);
        }
      return (int) mh$.invokeExact(device, buffer, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_buffer_free {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_buffer_free");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_buffer_free(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_buffer_free$descriptor() {
    return gatun_buffer_free.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_buffer_free(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_buffer_free$handle() {
    return gatun_buffer_free.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_buffer_free(gatun_device* device, gatun_buffer* buffer, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_buffer_free$address() {
    return gatun_buffer_free.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_buffer_free(gatun_device* device, gatun_buffer* buffer, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_buffer_free(MemorySegment device, MemorySegment buffer, MemorySegment error) {
    MethodHandle mh$ = gatun_buffer_free.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_buffer_free", device, buffer, error);
        }
      return (int) mh$.invokeExact(device, buffer, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_linear_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_linear_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_linear_forward(gatun_stream* stream, const gatun_linear_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_linear_forward$descriptor() {
    return gatun_linear_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_linear_forward(gatun_stream* stream, const gatun_linear_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_linear_forward$handle() {
    return gatun_linear_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_linear_forward(gatun_stream* stream, const gatun_linear_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_linear_forward$address() {
    return gatun_linear_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_linear_forward(gatun_stream* stream, const gatun_linear_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_linear_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_linear_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_linear_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_gated_linear_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_gated_linear_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_gated_linear_forward(gatun_stream* stream, const gatun_gated_linear_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_gated_linear_forward$descriptor() {
    return gatun_gated_linear_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_gated_linear_forward(gatun_stream* stream, const gatun_gated_linear_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_gated_linear_forward$handle() {
    return gatun_gated_linear_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_gated_linear_forward(gatun_stream* stream, const gatun_gated_linear_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_gated_linear_forward$address() {
    return gatun_gated_linear_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_gated_linear_forward(gatun_stream* stream, const gatun_gated_linear_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_gated_linear_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_gated_linear_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_gated_linear_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_embedding_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_embedding_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_embedding_forward(gatun_stream* stream, const gatun_embedding_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_embedding_forward$descriptor() {
    return gatun_embedding_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_embedding_forward(gatun_stream* stream, const gatun_embedding_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_embedding_forward$handle() {
    return gatun_embedding_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_embedding_forward(gatun_stream* stream, const gatun_embedding_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_embedding_forward$address() {
    return gatun_embedding_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_embedding_forward(gatun_stream* stream, const gatun_embedding_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_embedding_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_embedding_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_embedding_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_layer_norm_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_layer_norm_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_layer_norm_forward(gatun_stream* stream, const gatun_layer_norm_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_layer_norm_forward$descriptor() {
    return gatun_layer_norm_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_layer_norm_forward(gatun_stream* stream, const gatun_layer_norm_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_layer_norm_forward$handle() {
    return gatun_layer_norm_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_layer_norm_forward(gatun_stream* stream, const gatun_layer_norm_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_layer_norm_forward$address() {
    return gatun_layer_norm_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_layer_norm_forward(gatun_stream* stream, const gatun_layer_norm_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_layer_norm_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_layer_norm_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_layer_norm_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_rms_norm_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_rms_norm_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_rms_norm_forward(gatun_stream* stream, const gatun_rms_norm_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_rms_norm_forward$descriptor() {
    return gatun_rms_norm_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_rms_norm_forward(gatun_stream* stream, const gatun_rms_norm_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_rms_norm_forward$handle() {
    return gatun_rms_norm_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_rms_norm_forward(gatun_stream* stream, const gatun_rms_norm_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_rms_norm_forward$address() {
    return gatun_rms_norm_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_rms_norm_forward(gatun_stream* stream, const gatun_rms_norm_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_rms_norm_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_rms_norm_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_rms_norm_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_kv_cache_layout {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_kv_cache_layout");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_kv_cache_layout(gatun_device* device, gatun_kv_cache_layout_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_kv_cache_layout$descriptor() {
    return gatun_kv_cache_layout.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_kv_cache_layout(gatun_device* device, gatun_kv_cache_layout_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_kv_cache_layout$handle() {
    return gatun_kv_cache_layout.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_kv_cache_layout(gatun_device* device, gatun_kv_cache_layout_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_kv_cache_layout$address() {
    return gatun_kv_cache_layout.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_kv_cache_layout(gatun_device* device, gatun_kv_cache_layout_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_kv_cache_layout(MemorySegment device, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_kv_cache_layout.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_kv_cache_layout", device, params, error);
        }
      return (int) mh$.invokeExact(device, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_kv_copy_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_kv_copy_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_kv_copy_forward(gatun_stream* stream, const gatun_kv_copy_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_kv_copy_forward$descriptor() {
    return gatun_kv_copy_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_kv_copy_forward(gatun_stream* stream, const gatun_kv_copy_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_kv_copy_forward$handle() {
    return gatun_kv_copy_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_kv_copy_forward(gatun_stream* stream, const gatun_kv_copy_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_kv_copy_forward$address() {
    return gatun_kv_copy_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_kv_copy_forward(gatun_stream* stream, const gatun_kv_copy_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_kv_copy_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_kv_copy_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_kv_copy_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_rotary_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_rotary_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_rotary_forward(gatun_stream* stream, const gatun_rotary_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_rotary_forward$descriptor() {
    return gatun_rotary_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_rotary_forward(gatun_stream* stream, const gatun_rotary_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_rotary_forward$handle() {
    return gatun_rotary_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_rotary_forward(gatun_stream* stream, const gatun_rotary_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_rotary_forward$address() {
    return gatun_rotary_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_rotary_forward(gatun_stream* stream, const gatun_rotary_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_rotary_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_rotary_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_rotary_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_attention_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_attention_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_attention_forward(gatun_stream* stream, const gatun_attention_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_attention_forward$descriptor() {
    return gatun_attention_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_attention_forward(gatun_stream* stream, const gatun_attention_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_attention_forward$handle() {
    return gatun_attention_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_attention_forward(gatun_stream* stream, const gatun_attention_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_attention_forward$address() {
    return gatun_attention_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_attention_forward(gatun_stream* stream, const gatun_attention_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_attention_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_attention_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_attention_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_low_rank_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_low_rank_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_low_rank_forward(gatun_stream* stream, const gatun_low_rank_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_low_rank_forward$descriptor() {
    return gatun_low_rank_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_low_rank_forward(gatun_stream* stream, const gatun_low_rank_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_low_rank_forward$handle() {
    return gatun_low_rank_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_low_rank_forward(gatun_stream* stream, const gatun_low_rank_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_low_rank_forward$address() {
    return gatun_low_rank_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_low_rank_forward(gatun_stream* stream, const gatun_low_rank_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_low_rank_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_low_rank_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_low_rank_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_gather_rows_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_gather_rows_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_gather_rows_forward(gatun_stream* stream, const gatun_gather_rows_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_gather_rows_forward$descriptor() {
    return gatun_gather_rows_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_gather_rows_forward(gatun_stream* stream, const gatun_gather_rows_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_gather_rows_forward$handle() {
    return gatun_gather_rows_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_gather_rows_forward(gatun_stream* stream, const gatun_gather_rows_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_gather_rows_forward$address() {
    return gatun_gather_rows_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_gather_rows_forward(gatun_stream* stream, const gatun_gather_rows_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_gather_rows_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_gather_rows_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_gather_rows_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_pooling_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_pooling_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_pooling_forward(gatun_stream* stream, const gatun_pooling_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_pooling_forward$descriptor() {
    return gatun_pooling_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_pooling_forward(gatun_stream* stream, const gatun_pooling_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_pooling_forward$handle() {
    return gatun_pooling_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_pooling_forward(gatun_stream* stream, const gatun_pooling_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_pooling_forward$address() {
    return gatun_pooling_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_pooling_forward(gatun_stream* stream, const gatun_pooling_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_pooling_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_pooling_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_pooling_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_softmax_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_softmax_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_softmax_forward(gatun_stream* stream, const gatun_softmax_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_softmax_forward$descriptor() {
    return gatun_softmax_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_softmax_forward(gatun_stream* stream, const gatun_softmax_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_softmax_forward$handle() {
    return gatun_softmax_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_softmax_forward(gatun_stream* stream, const gatun_softmax_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_softmax_forward$address() {
    return gatun_softmax_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_softmax_forward(gatun_stream* stream, const gatun_softmax_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_softmax_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_softmax_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_softmax_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_top_k_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_top_k_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_top_k_forward(gatun_stream* stream, const gatun_top_k_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_top_k_forward$descriptor() {
    return gatun_top_k_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_top_k_forward(gatun_stream* stream, const gatun_top_k_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_top_k_forward$handle() {
    return gatun_top_k_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_top_k_forward(gatun_stream* stream, const gatun_top_k_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_top_k_forward$address() {
    return gatun_top_k_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_top_k_forward(gatun_stream* stream, const gatun_top_k_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_top_k_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_top_k_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_top_k_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_sample_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_sample_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_sample_forward(gatun_stream* stream, const gatun_sample_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_sample_forward$descriptor() {
    return gatun_sample_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_sample_forward(gatun_stream* stream, const gatun_sample_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_sample_forward$handle() {
    return gatun_sample_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_sample_forward(gatun_stream* stream, const gatun_sample_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_sample_forward$address() {
    return gatun_sample_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_sample_forward(gatun_stream* stream, const gatun_sample_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_sample_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_sample_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_sample_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_dequantize_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_dequantize_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_dequantize_forward(gatun_stream* stream, const gatun_dequantize_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_dequantize_forward$descriptor() {
    return gatun_dequantize_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_dequantize_forward(gatun_stream* stream, const gatun_dequantize_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_dequantize_forward$handle() {
    return gatun_dequantize_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_dequantize_forward(gatun_stream* stream, const gatun_dequantize_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_dequantize_forward$address() {
    return gatun_dequantize_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_dequantize_forward(gatun_stream* stream, const gatun_dequantize_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_dequantize_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_dequantize_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_dequantize_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_quantize_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_quantize_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_quantize_forward(gatun_stream* stream, const gatun_quantize_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_quantize_forward$descriptor() {
    return gatun_quantize_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_quantize_forward(gatun_stream* stream, const gatun_quantize_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_quantize_forward$handle() {
    return gatun_quantize_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_quantize_forward(gatun_stream* stream, const gatun_quantize_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_quantize_forward$address() {
    return gatun_quantize_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_quantize_forward(gatun_stream* stream, const gatun_quantize_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_quantize_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_quantize_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_quantize_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_stream_create {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_stream_create");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_stream_create(gatun_device* device, gatun_stream** stream, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_stream_create$descriptor() {
    return gatun_stream_create.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_stream_create(gatun_device* device, gatun_stream** stream, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_stream_create$handle() {
    return gatun_stream_create.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_stream_create(gatun_device* device, gatun_stream** stream, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_stream_create$address() {
    return gatun_stream_create.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_stream_create(gatun_device* device, gatun_stream** stream, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_stream_create(MemorySegment device, MemorySegment stream, MemorySegment error) {
    MethodHandle mh$ = gatun_stream_create.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_stream_create", device, stream, error);
        }
      return (int) mh$.invokeExact(device, stream, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_stream_synchronize {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_stream_synchronize");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_stream_synchronize(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_stream_synchronize$descriptor() {
    return gatun_stream_synchronize.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_stream_synchronize(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_stream_synchronize$handle() {
    return gatun_stream_synchronize.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_stream_synchronize(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_stream_synchronize$address() {
    return gatun_stream_synchronize.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_stream_synchronize(gatun_stream* stream, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_stream_synchronize(MemorySegment stream, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_stream_synchronize.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_stream_synchronize", stream, reserved, error);
        }
      return (int) mh$.invokeExact(stream, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_copy {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_copy");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_copy(gatun_stream* stream, const gatun_copy_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_copy$descriptor() {
    return gatun_copy.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_copy(gatun_stream* stream, const gatun_copy_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_copy$handle() {
    return gatun_copy.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_copy(gatun_stream* stream, const gatun_copy_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_copy$address() {
    return gatun_copy.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_copy(gatun_stream* stream, const gatun_copy_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_copy(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_copy.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_copy", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_stream_destroy {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_stream_destroy");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_stream_destroy(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_stream_destroy$descriptor() {
    return gatun_stream_destroy.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_stream_destroy(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_stream_destroy$handle() {
    return gatun_stream_destroy.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_stream_destroy(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_stream_destroy$address() {
    return gatun_stream_destroy.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_stream_destroy(gatun_stream* stream, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_stream_destroy(MemorySegment stream, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_stream_destroy.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_stream_destroy", stream, reserved, error);
        }
      return (int) mh$.invokeExact(stream, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_graph_begin {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_graph_begin");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_graph_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_graph_begin$descriptor() {
    return gatun_graph_begin.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_graph_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_graph_begin$handle() {
    return gatun_graph_begin.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_graph_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_graph_begin$address() {
    return gatun_graph_begin.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_graph_begin(gatun_stream* stream, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_graph_begin(MemorySegment stream, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_graph_begin.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_graph_begin", stream, reserved, error);
        }
      return (int) mh$.invokeExact(stream, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_graph_end {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_graph_end");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_graph_end(gatun_stream* stream, gatun_graph** graph, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_graph_end$descriptor() {
    return gatun_graph_end.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_graph_end(gatun_stream* stream, gatun_graph** graph, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_graph_end$handle() {
    return gatun_graph_end.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_graph_end(gatun_stream* stream, gatun_graph** graph, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_graph_end$address() {
    return gatun_graph_end.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_graph_end(gatun_stream* stream, gatun_graph** graph, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_graph_end(MemorySegment stream, MemorySegment graph, MemorySegment error) {
    MethodHandle mh$ = gatun_graph_end.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_graph_end", stream, graph, error);
        }
      return (int) mh$.invokeExact(stream, graph, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_graph_replay {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_graph_replay");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_graph_replay(gatun_stream* stream, gatun_graph* graph, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_graph_replay$descriptor() {
    return gatun_graph_replay.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_graph_replay(gatun_stream* stream, gatun_graph* graph, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_graph_replay$handle() {
    return gatun_graph_replay.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_graph_replay(gatun_stream* stream, gatun_graph* graph, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_graph_replay$address() {
    return gatun_graph_replay.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_graph_replay(gatun_stream* stream, gatun_graph* graph, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_graph_replay(MemorySegment stream, MemorySegment graph, MemorySegment error) {
    MethodHandle mh$ = gatun_graph_replay.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_graph_replay", stream, graph, error);
        }
      return (int) mh$.invokeExact(stream, graph, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_graph_destroy {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_graph_destroy");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_graph_destroy(gatun_graph* graph, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_graph_destroy$descriptor() {
    return gatun_graph_destroy.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_graph_destroy(gatun_graph* graph, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_graph_destroy$handle() {
    return gatun_graph_destroy.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_graph_destroy(gatun_graph* graph, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_graph_destroy$address() {
    return gatun_graph_destroy.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_graph_destroy(gatun_graph* graph, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_graph_destroy(MemorySegment graph, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_graph_destroy.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_graph_destroy", graph, reserved, error);
        }
      return (int) mh$.invokeExact(graph, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_plan_begin {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_plan_begin");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_plan_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_plan_begin$descriptor() {
    return gatun_plan_begin.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_plan_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_plan_begin$handle() {
    return gatun_plan_begin.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_plan_begin(gatun_stream* stream, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_plan_begin$address() {
    return gatun_plan_begin.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_plan_begin(gatun_stream* stream, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_plan_begin(MemorySegment stream, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_plan_begin.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_plan_begin", stream, reserved, error);
        }
      return (int) mh$.invokeExact(stream, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_plan_end {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_plan_end");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_plan_end$descriptor() {
    return gatun_plan_end.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_plan_end$handle() {
    return gatun_plan_end.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_plan_end$address() {
    return gatun_plan_end.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_plan_end(gatun_stream* stream, gatun_plan* plan, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_plan_end(MemorySegment stream, MemorySegment plan, MemorySegment error) {
    MethodHandle mh$ = gatun_plan_end.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_plan_end", stream, plan, error);
        }
      return (int) mh$.invokeExact(stream, plan, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_plan_reserve {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_plan_reserve");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_plan_reserve(gatun_stream* stream, const gatun_plan* plan, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_plan_reserve$descriptor() {
    return gatun_plan_reserve.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_plan_reserve(gatun_stream* stream, const gatun_plan* plan, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_plan_reserve$handle() {
    return gatun_plan_reserve.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_plan_reserve(gatun_stream* stream, const gatun_plan* plan, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_plan_reserve$address() {
    return gatun_plan_reserve.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_plan_reserve(gatun_stream* stream, const gatun_plan* plan, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_plan_reserve(MemorySegment stream, MemorySegment plan, MemorySegment error) {
    MethodHandle mh$ = gatun_plan_reserve.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_plan_reserve", stream, plan, error);
        }
      return (int) mh$.invokeExact(stream, plan, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_linear_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_linear_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_linear_backward(gatun_stream* stream, const gatun_linear_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_linear_backward$descriptor() {
    return gatun_linear_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_linear_backward(gatun_stream* stream, const gatun_linear_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_linear_backward$handle() {
    return gatun_linear_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_linear_backward(gatun_stream* stream, const gatun_linear_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_linear_backward$address() {
    return gatun_linear_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_linear_backward(gatun_stream* stream, const gatun_linear_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_linear_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_linear_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_linear_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_activation_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_activation_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_activation_forward(gatun_stream* stream, const gatun_activation_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_activation_forward$descriptor() {
    return gatun_activation_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_activation_forward(gatun_stream* stream, const gatun_activation_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_activation_forward$handle() {
    return gatun_activation_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_activation_forward(gatun_stream* stream, const gatun_activation_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_activation_forward$address() {
    return gatun_activation_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_activation_forward(gatun_stream* stream, const gatun_activation_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_activation_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_activation_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_activation_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_activation_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_activation_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_activation_backward(gatun_stream* stream, const gatun_activation_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_activation_backward$descriptor() {
    return gatun_activation_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_activation_backward(gatun_stream* stream, const gatun_activation_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_activation_backward$handle() {
    return gatun_activation_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_activation_backward(gatun_stream* stream, const gatun_activation_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_activation_backward$address() {
    return gatun_activation_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_activation_backward(gatun_stream* stream, const gatun_activation_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_activation_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_activation_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_activation_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_dropout_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_dropout_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_dropout_forward(gatun_stream* stream, const gatun_dropout_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_dropout_forward$descriptor() {
    return gatun_dropout_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_dropout_forward(gatun_stream* stream, const gatun_dropout_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_dropout_forward$handle() {
    return gatun_dropout_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_dropout_forward(gatun_stream* stream, const gatun_dropout_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_dropout_forward$address() {
    return gatun_dropout_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_dropout_forward(gatun_stream* stream, const gatun_dropout_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_dropout_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_dropout_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_dropout_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_attention_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_attention_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_attention_backward(gatun_stream* stream, const gatun_attention_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_attention_backward$descriptor() {
    return gatun_attention_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_attention_backward(gatun_stream* stream, const gatun_attention_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_attention_backward$handle() {
    return gatun_attention_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_attention_backward(gatun_stream* stream, const gatun_attention_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_attention_backward$address() {
    return gatun_attention_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_attention_backward(gatun_stream* stream, const gatun_attention_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_attention_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_attention_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_attention_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_layer_norm_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_layer_norm_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_layer_norm_backward(gatun_stream* stream, const gatun_layer_norm_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_layer_norm_backward$descriptor() {
    return gatun_layer_norm_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_layer_norm_backward(gatun_stream* stream, const gatun_layer_norm_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_layer_norm_backward$handle() {
    return gatun_layer_norm_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_layer_norm_backward(gatun_stream* stream, const gatun_layer_norm_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_layer_norm_backward$address() {
    return gatun_layer_norm_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_layer_norm_backward(gatun_stream* stream, const gatun_layer_norm_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_layer_norm_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_layer_norm_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_layer_norm_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_rms_norm_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_rms_norm_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_rms_norm_backward(gatun_stream* stream, const gatun_rms_norm_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_rms_norm_backward$descriptor() {
    return gatun_rms_norm_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_rms_norm_backward(gatun_stream* stream, const gatun_rms_norm_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_rms_norm_backward$handle() {
    return gatun_rms_norm_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_rms_norm_backward(gatun_stream* stream, const gatun_rms_norm_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_rms_norm_backward$address() {
    return gatun_rms_norm_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_rms_norm_backward(gatun_stream* stream, const gatun_rms_norm_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_rms_norm_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_rms_norm_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_rms_norm_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_embedding_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_embedding_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_embedding_backward(gatun_stream* stream, const gatun_embedding_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_embedding_backward$descriptor() {
    return gatun_embedding_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_embedding_backward(gatun_stream* stream, const gatun_embedding_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_embedding_backward$handle() {
    return gatun_embedding_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_embedding_backward(gatun_stream* stream, const gatun_embedding_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_embedding_backward$address() {
    return gatun_embedding_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_embedding_backward(gatun_stream* stream, const gatun_embedding_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_embedding_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_embedding_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_embedding_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_gather_rows_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_gather_rows_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_gather_rows_backward(gatun_stream* stream, const gatun_gather_rows_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_gather_rows_backward$descriptor() {
    return gatun_gather_rows_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_gather_rows_backward(gatun_stream* stream, const gatun_gather_rows_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_gather_rows_backward$handle() {
    return gatun_gather_rows_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_gather_rows_backward(gatun_stream* stream, const gatun_gather_rows_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_gather_rows_backward$address() {
    return gatun_gather_rows_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_gather_rows_backward(gatun_stream* stream, const gatun_gather_rows_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_gather_rows_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_gather_rows_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_gather_rows_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_pooling_backward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_pooling_backward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_pooling_backward(gatun_stream* stream, const gatun_pooling_backward_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_pooling_backward$descriptor() {
    return gatun_pooling_backward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_pooling_backward(gatun_stream* stream, const gatun_pooling_backward_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_pooling_backward$handle() {
    return gatun_pooling_backward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_pooling_backward(gatun_stream* stream, const gatun_pooling_backward_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_pooling_backward$address() {
    return gatun_pooling_backward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_pooling_backward(gatun_stream* stream, const gatun_pooling_backward_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_pooling_backward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_pooling_backward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_pooling_backward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_cross_entropy_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_cross_entropy_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_cross_entropy_forward(gatun_stream* stream, const gatun_cross_entropy_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_cross_entropy_forward$descriptor() {
    return gatun_cross_entropy_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_cross_entropy_forward(gatun_stream* stream, const gatun_cross_entropy_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_cross_entropy_forward$handle() {
    return gatun_cross_entropy_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_cross_entropy_forward(gatun_stream* stream, const gatun_cross_entropy_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_cross_entropy_forward$address() {
    return gatun_cross_entropy_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_cross_entropy_forward(gatun_stream* stream, const gatun_cross_entropy_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_cross_entropy_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_cross_entropy_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_cross_entropy_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_elementwise_loss_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_elementwise_loss_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_elementwise_loss_forward(gatun_stream* stream, const gatun_elementwise_loss_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_elementwise_loss_forward$descriptor() {
    return gatun_elementwise_loss_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_elementwise_loss_forward(gatun_stream* stream, const gatun_elementwise_loss_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_elementwise_loss_forward$handle() {
    return gatun_elementwise_loss_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_elementwise_loss_forward(gatun_stream* stream, const gatun_elementwise_loss_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_elementwise_loss_forward$address() {
    return gatun_elementwise_loss_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_elementwise_loss_forward(gatun_stream* stream, const gatun_elementwise_loss_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_elementwise_loss_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_elementwise_loss_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_elementwise_loss_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_axpby_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_axpby_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_axpby_forward(gatun_stream* stream, const gatun_axpby_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_axpby_forward$descriptor() {
    return gatun_axpby_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_axpby_forward(gatun_stream* stream, const gatun_axpby_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_axpby_forward$handle() {
    return gatun_axpby_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_axpby_forward(gatun_stream* stream, const gatun_axpby_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_axpby_forward$address() {
    return gatun_axpby_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_axpby_forward(gatun_stream* stream, const gatun_axpby_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_axpby_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_axpby_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_axpby_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_sum_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_sum_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_sum_forward(gatun_stream* stream, const gatun_sum_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_sum_forward$descriptor() {
    return gatun_sum_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_sum_forward(gatun_stream* stream, const gatun_sum_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_sum_forward$handle() {
    return gatun_sum_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_sum_forward(gatun_stream* stream, const gatun_sum_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_sum_forward$address() {
    return gatun_sum_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_sum_forward(gatun_stream* stream, const gatun_sum_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_sum_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_sum_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_sum_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_adamw_step {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_adamw_step");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_adamw_step(gatun_stream* stream, const gatun_adamw_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_adamw_step$descriptor() {
    return gatun_adamw_step.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_adamw_step(gatun_stream* stream, const gatun_adamw_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_adamw_step$handle() {
    return gatun_adamw_step.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_adamw_step(gatun_stream* stream, const gatun_adamw_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_adamw_step$address() {
    return gatun_adamw_step.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_adamw_step(gatun_stream* stream, const gatun_adamw_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_adamw_step(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_adamw_step.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_adamw_step", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_refresh_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_refresh_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_refresh_forward(gatun_stream* stream, const gatun_weight_refresh_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_refresh_forward$descriptor() {
    return gatun_weight_refresh_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_refresh_forward(gatun_stream* stream, const gatun_weight_refresh_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_refresh_forward$handle() {
    return gatun_weight_refresh_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_refresh_forward(gatun_stream* stream, const gatun_weight_refresh_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_refresh_forward$address() {
    return gatun_weight_refresh_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_refresh_forward(gatun_stream* stream, const gatun_weight_refresh_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_refresh_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_refresh_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_refresh_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_layout_forward {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_layout_forward");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_layout_forward(gatun_stream* stream, const gatun_weight_layout_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_layout_forward$descriptor() {
    return gatun_weight_layout_forward.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_layout_forward(gatun_stream* stream, const gatun_weight_layout_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_layout_forward$handle() {
    return gatun_weight_layout_forward.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_layout_forward(gatun_stream* stream, const gatun_weight_layout_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_layout_forward$address() {
    return gatun_weight_layout_forward.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_layout_forward(gatun_stream* stream, const gatun_weight_layout_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_layout_forward(MemorySegment stream, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_layout_forward.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_layout_forward", stream, params, error);
        }
      return (int) mh$.invokeExact(stream, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_abi_version {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_abi_version");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : int32_t gatun_abi_version(void) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_abi_version$descriptor() {
    return gatun_abi_version.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : int32_t gatun_abi_version(void) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_abi_version$handle() {
    return gatun_abi_version.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : int32_t gatun_abi_version(void) }
   *
   * @return the address
   */
  public static MemorySegment gatun_abi_version$address() {
    return gatun_abi_version.ADDR;
  }

  /** {@snippet lang=c : int32_t gatun_abi_version(void) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_abi_version() {
    MethodHandle mh$ = gatun_abi_version.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_abi_version");
        }
      return (int) mh$.invokeExact();
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_abi_layout {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_abi_layout");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : const char* gatun_abi_layout(void) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_abi_layout$descriptor() {
    return gatun_abi_layout.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : const char* gatun_abi_layout(void) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_abi_layout$handle() {
    return gatun_abi_layout.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : const char* gatun_abi_layout(void) }
   *
   * @return the address
   */
  public static MemorySegment gatun_abi_layout$address() {
    return gatun_abi_layout.ADDR;
  }

  /** {@snippet lang=c : const char* gatun_abi_layout(void) } */
  @SuppressWarnings("doclint:missing")
  public static MemorySegment gatun_abi_layout() {
    MethodHandle mh$ = gatun_abi_layout.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_abi_layout");
        }
      return (MemorySegment) mh$.invokeExact();
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_create {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_create");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_create(gatun_device* device, gatun_weight_params* params, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_create$descriptor() {
    return gatun_weight_create.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_create(gatun_device* device, gatun_weight_params* params, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_create$handle() {
    return gatun_weight_create.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_create(gatun_device* device, gatun_weight_params* params, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_create$address() {
    return gatun_weight_create.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_create(gatun_device* device, gatun_weight_params* params, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_create(MemorySegment device, MemorySegment params, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_create.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_create", device, params, error);
        }
      return (int) mh$.invokeExact(device, params, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_query {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_query");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_query(const gatun_weight* weight, gatun_weight_info* info, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_query$descriptor() {
    return gatun_weight_query.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_query(const gatun_weight* weight, gatun_weight_info* info, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_query$handle() {
    return gatun_weight_query.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_query(const gatun_weight* weight, gatun_weight_info* info, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_query$address() {
    return gatun_weight_query.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_query(const gatun_weight* weight, gatun_weight_info* info, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_query(MemorySegment weight, MemorySegment info, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_query.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_query", weight, info, error);
        }
      return (int) mh$.invokeExact(weight, info, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_read {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_read");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_read(const gatun_weight* weight, const gatun_weight_rows* rows, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_read$descriptor() {
    return gatun_weight_read.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_read(const gatun_weight* weight, const gatun_weight_rows* rows, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_read$handle() {
    return gatun_weight_read.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_read(const gatun_weight* weight, const gatun_weight_rows* rows, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_read$address() {
    return gatun_weight_read.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_read(const gatun_weight* weight, const gatun_weight_rows* rows, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_read(MemorySegment weight, MemorySegment rows, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_read.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_read", weight, rows, error);
        }
      return (int) mh$.invokeExact(weight, rows, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

  private static class gatun_weight_destroy {
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.of(GatunLibrary.C_INT, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER, GatunLibrary.C_POINTER);

    public static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("gatun_weight_destroy");

    public static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
  }

  /**
   * Function descriptor for {@snippet lang=c : gatun_status gatun_weight_destroy(gatun_weight* weight, void* reserved, gatun_error* error) }
   *
   * @return the descriptor
   */
  public static FunctionDescriptor gatun_weight_destroy$descriptor() {
    return gatun_weight_destroy.DESC;
  }

  /**
   * Downcall method handle for {@snippet lang=c : gatun_status gatun_weight_destroy(gatun_weight* weight, void* reserved, gatun_error* error) }
   *
   * @return the handle
   */
  public static MethodHandle gatun_weight_destroy$handle() {
    return gatun_weight_destroy.HANDLE;
  }

  /**
   * Address for {@snippet lang=c : gatun_status gatun_weight_destroy(gatun_weight* weight, void* reserved, gatun_error* error) }
   *
   * @return the address
   */
  public static MemorySegment gatun_weight_destroy$address() {
    return gatun_weight_destroy.ADDR;
  }

  /** {@snippet lang=c : gatun_status gatun_weight_destroy(gatun_weight* weight, void* reserved, gatun_error* error) } */
  @SuppressWarnings("doclint:missing")
  public static int gatun_weight_destroy(MemorySegment weight, MemorySegment reserved, MemorySegment error) {
    MethodHandle mh$ = gatun_weight_destroy.HANDLE;
    try {
      if (TRACE_DOWNCALLS) {
          traceDowncall("gatun_weight_destroy", weight, reserved, error);
        }
      return (int) mh$.invokeExact(weight, reserved, error);
    } catch (Error | RuntimeException ex) {
      throw ex;
    } catch (Throwable ex$) {
      throw new AssertionError("should not reach here", ex$);
    }
  }

}
