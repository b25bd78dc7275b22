// SPDX-License-Identifier: Apache-2.0
// Argument checks that all operations share. A failed check throws INVALID_ARGUMENT with operation,
// argument, expected and got, for instance "rms_norm: weight has shape [768], expected [E] = [1024]
// from x [N, E] = [2, 1024]".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "gatun/tensor.h"
#include "gatun/weight.h"

namespace gatun {

class Device;
class Stream;

const char* dtype_name(gatun_dtype dtype);

// Bytes of one element; 0 for block formats and unknown ones.
int64_t dtype_bytes(gatun_dtype dtype);

// False for "no tensor", which optional operands may be.
inline bool is_given(const gatun_tensor& tensor) {
  return tensor.data != nullptr || tensor.rank != 0;
}

// Elements from one row (index of the first dimension) to the next; 0 for no tensor.
inline int64_t row_stride(const gatun_tensor& tensor) {
  return is_given(tensor) ? tensor.stride[0] : 0;
}

inline float* f32_data(const gatun_tensor& tensor) {
  return static_cast<float*>(tensor.data);
}
inline int32_t* i32_data(const gatun_tensor& tensor) {
  return static_cast<int32_t*>(tensor.data);
}

std::string shape_text(const gatun_tensor& tensor);
std::string shape_text(std::initializer_list<int64_t> shape);

class ArgumentCheck {
 public:
  explicit ArgumentCheck(const char* operation) : operation_(operation) {}
  // Of an operation on a stream: tensors must be on its device.
  ArgumentCheck(const char* operation, const Stream& stream);

  // The tensor whose shape binds the letters, such as x with "[N, E]": any extents. Later messages
  // refer to it.
  void binds(const char* name,
             const gatun_tensor& tensor,
             gatun_dtype dtype,
             int32_t rank,
             const char* letters);

  // A tensor of exactly this shape.
  void matches(const char* name,
               const gatun_tensor& tensor,
               gatun_dtype dtype,
               const char* letters,
               std::initializer_list<int64_t> shape);

  // The same, or no tensor. Returns whether there is one.
  bool matches_if_given(const char* name,
                        const gatun_tensor& tensor,
                        gatun_dtype dtype,
                        const char* letters,
                        std::initializer_list<int64_t> shape);

  // No element of an output may be one of `other`. Interleaved slices of one buffer are apart.
  void apart(const char* name,
             const gatun_tensor& tensor,
             const char* other_name,
             const gatun_tensor& other);
  // The same, except that both may be the very same view.
  void apart_or_same(const char* name,
                     const gatun_tensor& tensor,
                     const char* other_name,
                     const gatun_tensor& other);

  // A number that must be finite and at least 0.
  void not_negative(const char* name, float value);
  void one_of(const char* name, int32_t value, int32_t first, int32_t last);
  // A count that index tensors or 32-bit kernels can hold.
  void fits_i32(const char* name, int64_t value);

  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& what) const;

 private:
  // dtype, rank, sign and order of extents and strides, device, alignment, and the bytes that the
  // view covers.
  void well_formed(const char* name,
                   const gatun_tensor& tensor,
                   gatun_dtype dtype,
                   int32_t rank,
                   const char* letters);

  const char* operation_;
  const Device* device_ = nullptr;
  int32_t tensor_device_ = 0;
  std::string source_;  // " from x [N, E] = [2, 1024]"
};

}  // namespace gatun
