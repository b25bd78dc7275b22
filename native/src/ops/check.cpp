// SPDX-License-Identifier: Apache-2.0
#include "ops/check.h"

#include <cmath>
#include <cstring>

#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun {
namespace {

// Bytes from the first element to behind the last; 0 for an empty tensor. False if that overflows.
bool covered_bytes(const gatun_tensor& tensor, int64_t* bytes) {
  int64_t last = 0;
  for (int32_t d = 0; d < tensor.rank; ++d) {
    if (tensor.shape[d] == 0) {
      *bytes = 0;
      return true;
    }
    int64_t step = 0;
    if (__builtin_mul_overflow(tensor.shape[d] - 1, tensor.stride[d], &step)) return false;
    if (__builtin_add_overflow(last, step, &last)) return false;
  }
  if (__builtin_add_overflow(last, int64_t{1}, &last)) return false;
  return !__builtin_mul_overflow(last, dtype_bytes(tensor.dtype), bytes);
}

// Bytes of one row, all dimensions but the first, which are dense.
int64_t row_bytes(const gatun_tensor& tensor) {
  int64_t elements = 1;
  for (int32_t d = 1; d < tensor.rank; ++d) elements *= tensor.shape[d];
  return elements * dtype_bytes(tensor.dtype);
}

bool overlap(const gatun_tensor& a, const gatun_tensor& b) {
  int64_t a_bytes = 0, b_bytes = 0;
  covered_bytes(a, &a_bytes);
  covered_bytes(b, &b_bytes);
  const auto a_begin = reinterpret_cast<uintptr_t>(a.data),
             b_begin = reinterpret_cast<uintptr_t>(b.data);
  if (a_bytes == 0 || b_bytes == 0) return false;
  if (a_begin + static_cast<uintptr_t>(a_bytes) <= b_begin ||
      b_begin + static_cast<uintptr_t>(b_bytes) <= a_begin) {
    return false;
  }
  if (a.rank < 2 || b.rank < 2 || a.shape[0] < 2 || b.shape[0] < 2) return true;
  // Columns of one buffer, such as q, k and v behind each other in each row, are apart although
  // their ranges are not.
  const int64_t step = a.stride[0] * dtype_bytes(a.dtype);
  if (step != b.stride[0] * dtype_bytes(b.dtype)) return true;
  const bool a_first = a_begin <= b_begin;
  const auto offset = static_cast<int64_t>(a_first ? b_begin - a_begin : a_begin - b_begin) % step;
  const int64_t first_bytes = row_bytes(a_first ? a : b), second_bytes = row_bytes(a_first ? b : a);
  return offset < first_bytes || offset + second_bytes > step;
}

bool same_view(const gatun_tensor& a, const gatun_tensor& b) {
  if (a.data != b.data || a.dtype != b.dtype || a.rank != b.rank) return false;
  for (int32_t d = 0; d < a.rank; ++d) {
    if (a.shape[d] != b.shape[d] || (a.shape[d] > 1 && a.stride[d] != b.stride[d])) return false;
  }
  return true;
}

template <typename Shape>
std::string join(const Shape& shape, size_t count) {
  std::string text = "[";
  for (size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace

const char* dtype_name(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_F32:
      return "F32";
    case GATUN_DTYPE_F16:
      return "F16";
    case GATUN_DTYPE_Q4_0:
      return "Q4_0";
    case GATUN_DTYPE_Q4_1:
      return "Q4_1";
    case GATUN_DTYPE_Q5_0:
      return "Q5_0";
    case GATUN_DTYPE_Q5_1:
      return "Q5_1";
    case GATUN_DTYPE_Q8_0:
      return "Q8_0";
    case GATUN_DTYPE_Q4_K:
      return "Q4_K";
    case GATUN_DTYPE_Q5_K:
      return "Q5_K";
    case GATUN_DTYPE_Q6_K:
      return "Q6_K";
    case GATUN_DTYPE_I8:
      return "I8";
    case GATUN_DTYPE_I32:
      return "I32";
    case GATUN_DTYPE_I64:
      return "I64";
    case GATUN_DTYPE_F64:
      return "F64";
    case GATUN_DTYPE_BF16:
      return "BF16";
    case GATUN_DTYPE_U8:
      return "U8";
    default:
      return "unknown";
  }
}

int64_t dtype_bytes(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_F32:
    case GATUN_DTYPE_I32:
      return 4;
    case GATUN_DTYPE_F16:
    case GATUN_DTYPE_BF16:
      return 2;
    case GATUN_DTYPE_I8:
    case GATUN_DTYPE_U8:
      return 1;
    case GATUN_DTYPE_I64:
    case GATUN_DTYPE_F64:
      return 8;
    default:
      return 0;
  }
}

std::string shape_text(const gatun_tensor& tensor) {
  if (tensor.rank < 0 || tensor.rank > GATUN_MAX_RANK)
    return "of rank " + std::to_string(tensor.rank);
  return join(tensor.shape, static_cast<size_t>(tensor.rank));
}

std::string shape_text(std::initializer_list<int64_t> shape) {
  return join(shape.begin(), shape.size());
}

ArgumentCheck::ArgumentCheck(const char* operation, const Stream& stream)
    : operation_(operation), device_(&stream.device()), tensor_device_(device_->tensor_device()) {}

void ArgumentCheck::fail(const std::string& what) const {
  throw Error(GATUN_STATUS_INVALID_ARGUMENT, std::string(operation_) + ": " + what);
}

void ArgumentCheck::unsupported(const std::string& what) const {
  throw Error(GATUN_STATUS_UNSUPPORTED, std::string(operation_) + ": " + what);
}

void ArgumentCheck::well_formed(const char* name,
                                const gatun_tensor& tensor,
                                gatun_dtype dtype,
                                int32_t rank,
                                const char* letters) {
  const std::string argument(name);
  if (!is_given(tensor))
    fail(argument + " is missing, expected " + dtype_name(dtype) + " " + letters);
  if (tensor.rank != rank) {
    fail(argument + " has shape " + shape_text(tensor) + ", expected " + letters + source_);
  }
  if (tensor.dtype != dtype) {
    fail(argument + " has dtype " + dtype_name(tensor.dtype) + " (" + std::to_string(tensor.dtype) +
         "), expected " + dtype_name(dtype));
  }
  if (tensor.device != tensor_device_) {
    fail(argument + " is on device " + std::to_string(tensor.device) +
         (tensor.device == 0 ? " (the CPU)" : "") + ", expected the stream's device " +
         std::to_string(tensor_device_) + (device_ != nullptr ? ", " + device_->name() : ""));
  }
  int64_t dense = 1;  // stride of a dense tensor, then its elements
  for (int32_t d = rank - 1; d >= 0; --d) {
    const int64_t extent = tensor.shape[d], stride = tensor.stride[d];
    if (extent < 0)
      fail(argument + " has shape " + shape_text(tensor) + ", expected no negative extent");
    const bool free_stride = d == 0 && rank > 1;  // of rows
    if (extent > 1 && (free_stride ? stride < dense : stride != dense)) {
      fail(argument + " has stride " + std::to_string(stride) + " in dimension " +
           std::to_string(d) + ", expected " + std::to_string(dense) +
           (free_stride ? " or more" : "") + " from its shape " + shape_text(tensor));
    }
    if (__builtin_mul_overflow(dense, extent, &dense))
      fail(argument + " has too large a shape " + shape_text(tensor));
  }
  int64_t needed = 0;
  if (!covered_bytes(tensor, &needed))
    fail(argument + " has too large a shape or stride: " + shape_text(tensor));
  if (tensor.byte_length < needed) {
    fail(argument + " has byte_length " + std::to_string(tensor.byte_length) +
         ", expected at least " + std::to_string(needed) + " from its shape " + shape_text(tensor) +
         " and strides");
  }
  if (needed > 0 && tensor.data == nullptr)
    fail(argument + " has no data, expected " + shape_text(tensor));
  if (reinterpret_cast<uintptr_t>(tensor.data) % static_cast<uintptr_t>(dtype_bytes(dtype)) != 0) {
    fail(argument + " is not aligned to its element of " + std::to_string(dtype_bytes(dtype)) +
         " bytes");
  }
}

void ArgumentCheck::binds(const char* name,
                          const gatun_tensor& tensor,
                          gatun_dtype dtype,
                          int32_t rank,
                          const char* letters) {
  well_formed(name, tensor, dtype, rank, letters);
  source_ += std::string(source_.empty() ? " from " : " and ") + name + " " + letters + " = " +
             shape_text(tensor);
}

void ArgumentCheck::matches(const char* name,
                            const gatun_tensor& tensor,
                            gatun_dtype dtype,
                            const char* letters,
                            std::initializer_list<int64_t> shape) {
  well_formed(name, tensor, dtype, static_cast<int32_t>(shape.size()), letters);
  int32_t d = 0;
  for (const int64_t extent : shape) {
    if (tensor.shape[d++] == extent) continue;
    fail(std::string(name) + " has shape " + shape_text(tensor) + ", expected " + letters + " = " +
         shape_text(shape) + source_);
  }
}

bool ArgumentCheck::matches_if_given(const char* name,
                                     const gatun_tensor& tensor,
                                     gatun_dtype dtype,
                                     const char* letters,
                                     std::initializer_list<int64_t> shape) {
  if (!is_given(tensor)) return false;
  matches(name, tensor, dtype, letters, shape);
  return true;
}

void ArgumentCheck::apart(const char* name,
                          const gatun_tensor& tensor,
                          const char* other_name,
                          const gatun_tensor& other) {
  if (is_given(tensor) && is_given(other) && overlap(tensor, other)) {
    fail(std::string(name) + " overlaps " + other_name + ", expected separate memory");
  }
}

void ArgumentCheck::apart_or_same(const char* name,
                                  const gatun_tensor& tensor,
                                  const char* other_name,
                                  const gatun_tensor& other) {
  if (is_given(tensor) && is_given(other) && !same_view(tensor, other) && overlap(tensor, other)) {
    fail(std::string(name) + " overlaps " + other_name +
         " in part, expected the same view or separate memory");
  }
}

void ArgumentCheck::not_negative(const char* name, float value) {
  if (!(value >= 0) || std::isinf(value)) {
    fail(std::string(name) + " is " + std::to_string(value) +
         ", expected a finite number of at least 0");
  }
}

void ArgumentCheck::one_of(const char* name, int32_t value, int32_t first, int32_t last) {
  if (value < first || value > last) {
    fail(std::string(name) + " is " + std::to_string(value) + ", expected " +
         std::to_string(first) + " to " + std::to_string(last));
  }
}

void ArgumentCheck::fits_i32(const char* name, int64_t value) {
  if (value > INT32_MAX) {
    fail(std::string(name) + " is " + std::to_string(value) + ", expected at most " +
         std::to_string(INT32_MAX));
  }
}

}  // namespace gatun
