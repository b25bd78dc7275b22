// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "ops/check.h"
#include "ops/ops.h"
#include "runtime/cuda_stream.h"

namespace gatun {

void copy_memory(Stream& stream, const gatun_copy_params& p) {
  ArgumentCheck check("copy", stream);
  check.one_of("kind", p.kind, GATUN_COPY_IN, GATUN_COPY_ZERO);
  if (p.byte_length < 0)
    check.fail("byte_length is " + std::to_string(p.byte_length) + ", expected 0 or more");
  if (p.byte_length == 0) return;
  if (p.target == nullptr) check.fail("target is NULL");
  const bool zero = p.kind == GATUN_COPY_ZERO;
  if (!zero && p.source == nullptr) check.fail("source is NULL");
  if (!zero && stream.recording()) check.fail("the stream is recording, expected GATUN_COPY_ZERO");
  CudaStream* cuda = stream.cuda();
  if (cuda == nullptr) {
    if (stream.recording()) check.unsupported("a CPU's stream records no copies");
    const auto bytes = static_cast<size_t>(p.byte_length);
    if (zero) {
      std::memset(p.target, 0, bytes);
    } else {
      std::memmove(p.target, p.source, bytes);
    }
  } else if (zero) {
    cuda->clear(p.target, p.byte_length, "copy");
  } else if (p.kind == GATUN_COPY_IN) {
    cuda->copy_in(p.target, p.source, p.byte_length);
  } else {
    cuda->copy_out(p.target, p.source, p.byte_length);
  }
}

}  // namespace gatun
