// SPDX-License-Identifier: Apache-2.0
// What libgatun_cuda.so exports: one function that gives one versioned table. It includes nothing
// of CUDA, so that a program without it can look the table up and ask why there is no device.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatun {
struct ActivationArgs;
struct ActivationBackwardArgs;
struct AdamwArgs;
struct AxpbyArgs;
struct DequantizeArgs;
struct DropoutArgs;
struct ElementwiseLossArgs;
struct LayerNormArgs;
struct LowRankArgs;
struct NormBackwardArgs;
struct QuantizeArgs;
struct RmsNormArgs;
struct SoftmaxArgs;
struct SumArgs;
struct WeightLayoutArgs;
}  // namespace gatun

namespace gatun::cuda {

struct AttentionArgs;
struct AttentionBackwardArgs;
struct CrossEntropyArgs;
struct DenseBackwardArgs;
struct DenseLinearArgs;
struct EmbeddingArgs;
struct EmbeddingBackwardArgs;
struct GatherRowsArgs;
struct GatherRowsBackwardArgs;
struct Int8LinearArgs;
struct Int8RowsArgs;
struct KvCopyArgs;
struct LayerNormInt8Args;
struct PoolingArgs;
struct PoolingBackwardArgs;
struct QuantiseRowsArgs;
struct QuantisedLinearArgs;
struct QuantisedWeight;
struct RelativeBiasArgs;
struct RmsNormInt8Args;
struct RotaryArgs;
struct RoundRowsArgs;
struct SampleArgs;
struct TopKArgs;
struct UnpackWeightArgs;
struct WeightRefreshArgs;

inline constexpr int32_t kBackendVersion = 2;
inline constexpr int32_t kOldestCapability = 75;

struct BackendDevice {
  char name[256];
  int32_t capability;  // 80: 8.0
  int32_t multiprocessors;
  int64_t memory_bytes;
  int64_t free_bytes;
  int64_t shared_bytes;  // the most that a block may ask for
};

// Functions return 0 or the runtime's error number; streams are cudaStream_t.
struct Backend {
  int64_t struct_size;
  int32_t version;   // kBackendVersion
  int32_t runtime;   // of CUDA, 13020: 13.2
  int32_t emulated;  // 1: the device of native/simt, which needs no driver
  int32_t reserved;

  // 0: no driver. Less than `runtime` is too old for it unless the major version is the same.
  int32_t (*driver)();
  int (*device_count)(int32_t* count);
  int (*device)(int32_t ordinal, BackendDevice* device);
  const char* (*error_name)(int status);
  const char* (*error_text)(int status);
  // Of the calling thread: every function below works on the device that it chose last.
  int (*use_device)(int32_t ordinal);

  int (*allocate)(int64_t bytes, void** data);
  int (*release)(void* data);
  // Memory of the host, pinned, that kernels reach at the same address.
  int (*allocate_visible)(int64_t bytes, void** data);
  int (*release_visible)(void* data);
  int (*create_stream)(void** stream);
  int (*destroy_stream)(void* stream);
  int (*synchronise)(void* stream);
  int (*copy_in)(void* target, const void* source, int64_t bytes, void* stream);
  int (*copy_out)(void* target, const void* source, int64_t bytes, void* stream);
  int (*clear)(void* target, int64_t bytes, void* stream);
  // Between begin and end what is given to the stream is kept, not run. A null `graph` discards it.
  int (*begin_capture)(void* stream);
  int (*end_capture)(void* stream, void** graph);
  int (*replay)(void* graph, void* stream);
  int (*destroy_graph)(void* graph);

  int (*rms_norm)(const RmsNormArgs&, void* stream);
  int (*layer_norm)(const LayerNormArgs&, void* stream);
  int (*rms_norm_int8)(const RmsNormInt8Args&, void* stream);
  int (*layer_norm_int8)(const LayerNormInt8Args&, void* stream);
  int (*softmax)(const SoftmaxArgs&, void* stream);
  int (*rotary)(const RotaryArgs&, void* stream);
  int (*embedding)(const EmbeddingArgs&, void* stream);
  int (*gather_rows)(const GatherRowsArgs&, void* stream);
  int (*pooling)(const PoolingArgs&, void* stream);
  int (*top_k)(const TopKArgs&, void* stream);
  int (*activation)(const ActivationArgs&, void* stream);
  int (*activation_backward)(const ActivationBackwardArgs&, void* stream);
  int (*axpby)(const AxpbyArgs&, void* stream);
  int (*quantize)(const QuantizeArgs&, void* stream);
  int (*dequantize)(const DequantizeArgs&, void* stream);
  int (*layer_norm_backward)(const NormBackwardArgs&, void* stream);
  int (*rms_norm_backward)(const NormBackwardArgs&, void* stream);
  int (*embedding_backward)(const EmbeddingBackwardArgs&, void* stream);
  int (*gather_rows_backward)(const GatherRowsBackwardArgs&, void* stream);
  int (*pooling_backward)(const PoolingBackwardArgs&, void* stream);
  int (*cross_entropy)(const CrossEntropyArgs&, void* stream);
  int (*elementwise_loss)(const ElementwiseLossArgs&, void* stream);
  int (*dropout)(const DropoutArgs&, void* stream);
  int (*sum)(const SumArgs&, void* stream);
  int (*adamw)(const AdamwArgs&, void* stream);
  int (*weight_refresh)(const WeightRefreshArgs&, void* stream);
  int (*weight_layout)(const WeightLayoutArgs&, void* stream);
  int (*sample)(const SampleArgs&, void* stream);
  int (*attention_bf16)(const AttentionArgs&, int64_t tokens, void* stream);
  int (*attention_f16)(const AttentionArgs&, int64_t tokens, void* stream);
  int (*attention_f32)(const AttentionArgs&, int64_t tokens, void* stream);
  int (*attention_backward_bf16)(const AttentionBackwardArgs&, void* stream);
  int (*attention_backward_f32)(const AttentionBackwardArgs&, void* stream);
  int (*relative_bias)(const RelativeBiasArgs&, void* stream);
  int (*kv_copy)(const KvCopyArgs&, void* stream);
  int (*quantise_rows)(const QuantiseRowsArgs&, void* stream);
  int (*linear_vector)(const QuantisedLinearArgs&, void* stream);
  int (*linear_tile)(const QuantisedLinearArgs&, void* stream);
  int (*round_rows)(const RoundRowsArgs&, void* stream);
  int (*dense_vector)(const DenseLinearArgs&, void* stream);
  int (*dense_f32)(const DenseLinearArgs&, void* stream);
  int (*dense_half)(const DenseLinearArgs&, void* stream);
  // By cuBLASLt, where the machine has it: 801 (cudaErrorNotSupported) where not, or where it
  // cannot say the product, for which dense_f32 or dense_half then answers. Rows depend on the
  // batch.
  int (*dense_library)(const DenseLinearArgs&,
                       void* workspace,
                       int64_t workspace_bytes,
                       void* stream);
  // The library and its version, or why there is none.
  const char* (*dense_library_text)();
  int (*int8_rows)(const Int8RowsArgs&, void* stream);
  int (*int8_vector)(const Int8LinearArgs&, void* stream);
  int (*int8_tile)(const Int8LinearArgs&, void* stream);
  int (*low_rank)(const LowRankArgs&, void* stream);
  int (*linear_backward_f32)(const DenseBackwardArgs&, void* stream);
  int (*linear_backward_half)(const DenseBackwardArgs&, void* stream);
  int (*unpack_weight)(const UnpackWeightArgs&, void* stream);
  // Packed weights are made by the host; the planes lie in memory that holds what pack wrote.
  int64_t (*quantised_weight_bytes)(int32_t dtype, int64_t rows, int64_t columns);
  void (*pack_quantised_weight)(
      int32_t dtype, int64_t rows, int64_t columns, const std::byte* source, std::byte* target);
  void (*quantised_weight_at)(
      int32_t dtype, int64_t rows, int64_t columns, const std::byte* data, QuantisedWeight* weight);
};

}  // namespace gatun::cuda

extern "C" __attribute__((visibility("default"))) const gatun::cuda::Backend* gatun_cuda_backend();
