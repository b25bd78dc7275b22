// SPDX-License-Identifier: Apache-2.0
// Looks the backend up as the runtime does, without linking it, and prints the devices that it
// finds or the one reason why there is none. 0: a device that the kernels run on; 3: none; 1: the
// library itself is at fault.
#include <dlfcn.h>

#include <cstdio>

#include "kernels/cuda/backend.h"

namespace {

using gatun::cuda::Backend;
using gatun::cuda::BackendDevice;
using gatun::cuda::kBackendVersion;
using gatun::cuda::kOldestCapability;

int none(const char* reason) {
  std::printf("device         none   %s\n", reason);
  return 3;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: gatun_cuda_probe LIBRARY\n");
    return 1;
  }
  void* library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  auto* lookup = library == nullptr
                     ? nullptr
                     : reinterpret_cast<const Backend* (*)()>(dlsym(library, "gatun_cuda_backend"));
  if (lookup == nullptr) {
    std::fprintf(stderr, "gatun: %s\n", dlerror());
    return 1;
  }
  const Backend* backend = lookup();
  if (backend->version != kBackendVersion ||
      backend->struct_size != static_cast<int64_t>(sizeof(Backend))) {
    std::fprintf(stderr, "gatun: %s has backend version %d, expected %d\n", arguments[1],
                 backend->version, kBackendVersion);
    return 1;
  }
  if (backend->driver() == 0) return none("no NVIDIA driver: libcuda.so.1 does not answer");
  if (backend->driver() / 1000 < backend->runtime / 1000) {
    std::printf("device         none   the driver is for CUDA %d.%d, needed is %d.0 or newer\n",
                backend->driver() / 1000, backend->driver() % 1000 / 10, backend->runtime / 1000);
    return 3;
  }
  int32_t devices = 0;
  const int status = backend->device_count(&devices);
  if (status != 0) return none(backend->error_text(status));
  if (devices == 0) return none("the driver knows no GPU");
  int usable = 0;
  for (int32_t i = 0; i < devices; ++i) {
    BackendDevice device{};
    if (const int failure = backend->device(i, &device)) {
      std::printf("device         %d      %s\n", i, backend->error_text(failure));
      continue;
    }
    const bool old = device.capability < kOldestCapability;
    usable += old ? 0 : 1;
    std::printf(
        "device         %d      %s, compute capability %d.%d, %d multiprocessors, %lld of "
        "%lld MiB free%s\n",
        i, device.name, device.capability / 10, device.capability % 10, device.multiprocessors,
        static_cast<long long>(device.free_bytes >> 20),
        static_cast<long long>(device.memory_bytes >> 20), old ? ": too old, needed is 7.5" : "");
  }
  return usable > 0 ? 0 : 3;
}
