// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "runtime/error.h"

namespace gatun {
namespace {

constexpr const char* kVariable = "GATUN_CUDA_LIBRARY";
constexpr const char* kFile = "libgatun_cuda.so";

std::string last_failure() {
  const char* text = dlerror();
  return text != nullptr ? text : "unknown error";
}

// The folder of the library or program that this function is part of.
std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr)
    return ".";
  const std::string file = info.dli_fname;
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

std::string version_text(int32_t version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// Empty if the driver's library can be opened.
std::string missing_driver() {
  if (dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr) return "";
  return "no NVIDIA driver on this machine (" + last_failure() + ")";
}

// The first card's, also where the driver is too old for CUDA's runtime to say it: the driver does.
std::string first_card(const cuda::Backend& backend) {
  cuda::BackendDevice device{};
  if (backend.device(0, &device) == 0) return device.name;
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return "";
  const auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
  const auto get = reinterpret_cast<int (*)(int*, int)>(dlsym(driver, "cuDeviceGet"));
  const auto name = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
  if (start == nullptr || get == nullptr || name == nullptr) return "";
  constexpr int kLength = sizeof(device.name);
  int first = 0;
  const bool known = start(0) == 0 && get(&first, 0) == 0 && name(device.name, kLength, first) == 0;
  return known ? device.name : "";
}

const cuda::Backend* open_backend(const std::string& path, std::string* reason) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    *reason = "the backend's library cannot be opened (" + last_failure() + "); looked for " +
              path + ", name another with " + kVariable +
              ", or in Java add the jar gatun-natives of the classifier linux-x86_64-cuda";
    return nullptr;
  }
  using Entry = const cuda::Backend* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "gatun_cuda_backend"));
  if (entry == nullptr) {
    *reason = path + " is not a CUDA backend of gatun: it has no function gatun_cuda_backend";
    return nullptr;
  }
  const cuda::Backend* backend = entry();
  constexpr int64_t kSize = sizeof(cuda::Backend);
  if (backend->version != cuda::kBackendVersion || backend->struct_size != kSize) {
    *reason = path + " has version " + std::to_string(backend->version) + " of " +
              std::to_string(backend->struct_size) + " bytes of the backend's table, expected " +
              std::to_string(cuda::kBackendVersion) + " of " + std::to_string(kSize) +
              "; use the libraries of one build";
    return nullptr;
  }
  return backend;
}

// Cuts at the end of the array and terminates.
template <size_t kSize>
void copy_text(char (&target)[kSize], const std::string& text) {
  std::strncpy(target, text.c_str(), kSize - 1);
  target[kSize - 1] = '\0';
}

}  // namespace

CudaLibrary find_cuda_library(const char* path) {
  CudaLibrary found;
  const char* named = path != nullptr && *path != '\0' ? path : std::getenv(kVariable);
  const bool is_named = named != nullptr && *named != '\0';
  found.path = is_named ? named : own_folder() + "/" + kFile;
  if (!is_named) found.reason = missing_driver();
  if (!found.reason.empty()) return found;
  found.backend = open_backend(found.path, &found.reason);
  if (found.backend == nullptr) return found;
  if (found.backend->emulated == 0) found.reason = missing_driver();
  if (!found.reason.empty()) return found;

  found.driver = found.backend->driver();
  const int32_t toolkit = found.backend->runtime;
  if (found.driver == 0) {
    found.reason = "the NVIDIA driver does not answer";
    return found;
  }
  if (found.driver < toolkit && found.driver / 1000 != toolkit / 1000) {
    found.status = GATUN_STATUS_DRIVER_TOO_OLD;
    const std::string card = first_card(*found.backend);
    found.reason = "the NVIDIA driver" + (card.empty() ? "" : " of " + card) +
                   " supports CUDA up to " + version_text(found.driver) + ", expected " +
                   std::to_string(toolkit / 1000) + ".0 or later for a library built with CUDA " +
                   version_text(toolkit) + "; update the driver";
    return found;
  }
  const int status = found.backend->device_count(&found.devices);
  if (status != 0) {
    found.reason = std::string("the NVIDIA driver finds no GPU (") +
                   found.backend->error_name(status) + ": " + found.backend->error_text(status) +
                   ")";
  } else if (found.devices == 0) {
    found.reason = "the NVIDIA driver finds no GPU";
  } else {
    found.status = GATUN_STATUS_OK;
  }
  return found;
}

CudaCard describe_cuda_card(const cuda::Backend& backend, int32_t ordinal) {
  CudaCard card;
  const int status = backend.device(ordinal, &card.device);
  const std::string label = card.device.name + (" (GPU " + std::to_string(ordinal)) + ")";
  if (status != 0) {
    card.status = GATUN_STATUS_UNAVAILABLE;
    card.reason = label + " does not answer (" + backend.error_name(status) + ": " +
                  backend.error_text(status) + ")";
  } else if (card.device.capability < cuda::kOldestCapability) {
    const auto text = [](int32_t c) {
      return std::to_string(c / 10) + "." + std::to_string(c % 10);
    };
    card.status = GATUN_STATUS_DEVICE_TOO_OLD;
    card.reason = label + " has compute capability " + text(card.device.capability) +
                  ", expected " + text(cuda::kOldestCapability) + " or later";
  }
  return card;
}

void query_backend(gatun_backend_info& info) {
  const CudaLibrary found = find_cuda_library(info.library);
  info.status = found.status;
  info.device_count = found.devices;
  info.toolkit = found.backend != nullptr ? found.backend->runtime : 0;
  info.driver = found.driver;
  copy_text(info.path, found.path);
  copy_text(info.reason, found.reason);
}

void query_gpu(gatun_gpu_info& info) {
  const CudaLibrary found = find_cuda_library(info.library);
  if (found.backend == nullptr || found.devices == 0) {
    throw Error(found.status, "gpu_query: " + found.reason);
  }
  if (info.ordinal < 0 || info.ordinal >= found.devices) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT,
                "gpu_query: ordinal is " + std::to_string(info.ordinal) + ", expected 0 to " +
                    std::to_string(found.devices - 1));
  }
  const CudaCard card = describe_cuda_card(*found.backend, info.ordinal);
  info.status = card.status;
  info.capability = card.device.capability;
  info.multiprocessors = card.device.multiprocessors;
  info.memory_bytes = card.device.memory_bytes;
  info.free_bytes = card.device.free_bytes;
  copy_text(info.name, card.device.name);
  copy_text(info.reason, card.reason);
}

}  // namespace gatun
