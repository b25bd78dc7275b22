// SPDX-License-Identifier: Apache-2.0
#include "ops/kv_cache.h"

#include <string>

#include "ops/cuda_attention.h"
#include "ops/ops.h"
#include "runtime/device.h"

namespace gatun {
namespace {

void in_range(
    const ArgumentCheck& check, const char* name, int64_t value, int64_t first, int64_t last) {
  if (value >= first && value <= last) return;
  check.fail(std::string(name) + " is " + std::to_string(value) + ", expected " +
             std::to_string(first) + " to " + std::to_string(last));
}

void check_geometry(const ArgumentCheck& check,
                    int32_t kv_heads,
                    int32_t head_size,
                    gatun_dtype dtype,
                    int32_t page_tokens) {
  constexpr int64_t kMaxHeads = 4096;
  in_range(check, "cache.kv_heads", kv_heads, 1, kMaxHeads);
  in_range(check, "cache.head_size", head_size, 1, kMaxHeadSize);
  in_range(check, "cache.page_tokens", page_tokens, kKeyGroup, kMaxPageTokens);
  if (page_tokens % kKeyGroup != 0) {
    check.fail("cache.page_tokens is " + std::to_string(page_tokens) + ", expected a multiple of " +
               std::to_string(kKeyGroup) + ", as gatun_kv_cache_layout gives it");
  }
  if (dtype != GATUN_DTYPE_F32 && dtype != GATUN_DTYPE_BF16) {
    check.unsupported("cache.dtype is " + std::string(dtype_name(dtype)) + " (" +
                      std::to_string(dtype) + "), expected F32 or BF16");
  }
}

}  // namespace

KvPages check_cache(const ArgumentCheck& check, const gatun_kv_cache& cache, bool on_gpu) {
  check_geometry(check, cache.kv_heads, cache.head_size, cache.dtype, cache.page_tokens);
  in_range(check, "cache.page_count", cache.page_count, 1,
           INT32_MAX / cache.page_tokens);  // slots fit 32 bits
  KvPages pages = kv_pages(cache.data, cache.page_count, cache.page_tokens, cache.kv_heads,
                           cache.head_size, cache.dtype);
  if (on_gpu) pages.page_bytes = cuda_page_bytes(pages);
  if (cache.byte_length < pages.page_bytes * cache.page_count) {
    check.fail("cache.byte_length is " + std::to_string(cache.byte_length) +
               ", expected at least " + std::to_string(pages.page_bytes * cache.page_count) +
               " for " + std::to_string(cache.page_count) + " pages of " +
               std::to_string(pages.page_bytes) + " bytes");
  }
  if (cache.data == nullptr || reinterpret_cast<uintptr_t>(cache.data) % 64 != 0) {
    check.fail("cache.data is NULL or not aligned to 64 bytes");
  }
  return pages;
}

void kv_cache_layout(Device& device, gatun_kv_cache_layout_params& params) {
  const ArgumentCheck check("kv_cache_layout");
  const int32_t page_tokens = params.page_tokens != 0 ? params.page_tokens : kDefaultPageTokens;
  check_geometry(check, params.kv_heads, params.head_size, params.dtype, page_tokens);
  params.page_tokens = page_tokens;
  const KvPages pages =
      kv_pages(nullptr, 0, page_tokens, params.kv_heads, params.head_size, params.dtype);
  params.page_bytes = device.cuda() != nullptr ? cuda_page_bytes(pages) : pages.page_bytes;
}

void kv_copy_forward(Stream& stream, const gatun_kv_copy_params& params) {
  ArgumentCheck check("kv_copy", stream);
  check.binds("source", params.source, GATUN_DTYPE_I32, 1, "[C]");
  check.matches("destination", params.destination, GATUN_DTYPE_I32, "[C]",
                {params.source.shape[0]});
  const KvCopyArgs args{check_cache(check, params.cache, stream.cuda() != nullptr),
                        i32_data(params.source), i32_data(params.destination),
                        params.source.shape[0], &stream.fault()};
  if (args.count == 0) return;
  if (stream.cuda() != nullptr) return cuda_kv_copy(*stream.cuda(), args);
  stream.submit("kv_copy", reference::kv_copy, args);
}

}  // namespace gatun
