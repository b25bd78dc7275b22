// SPDX-License-Identifier: Apache-2.0
// The border of the library: what every extern "C" function does around its work. Nothing is thrown
// past it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>

#include "gatun/gatun.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun::abi {

// Cuts the message at the end of the buffer, at a character's start, and terminates it.
inline gatun_status write_error(gatun_error* error,
                                gatun_status status,
                                const char* message) noexcept {
  if (error == nullptr) return status;
  size_t length = std::strlen(message);
  if (length > GATUN_ERROR_MESSAGE_BYTES - 1) {
    length = GATUN_ERROR_MESSAGE_BYTES - 1;
    while (length > 0 && (static_cast<unsigned char>(message[length]) & 0xc0) == 0x80)
      --length;  // UTF-8 continuation
  }
  error->status = status;
  error->reserved = 0;
  std::memcpy(error->message, message, length);
  error->message[length] = '\0';
  return status;
}

// Runs `body`; turns what it throws into a status and a message. `on_failure(message)`, which must
// not throw, runs first, for void recordings.
template <typename Body, typename OnFailure>
gatun_status translate(gatun_error* error, Body&& body, OnFailure&& on_failure) noexcept {
  const auto failed = [&](gatun_status status, const char* message) noexcept {
    on_failure(message);
    return write_error(error, status, message);
  };
  try {
    body();
    return GATUN_STATUS_OK;
  } catch (const Error& e) {
    return failed(e.status(), e.what());
  } catch (const std::bad_alloc&) {
    return failed(GATUN_STATUS_OUT_OF_MEMORY,
                  "the system has no memory left for a small allocation");
  } catch (const std::exception& e) {
    return failed(GATUN_STATUS_INTERNAL, e.what());
  } catch (...) {
    return failed(GATUN_STATUS_INTERNAL, "an unknown exception was thrown inside the library");
  }
}

template <typename Body>
gatun_status translate(gatun_error* error, Body&& body) noexcept {
  return translate(error, static_cast<Body&&>(body), [](const char*) {});
}

[[noreturn]] inline void invalid(const char* operation, const std::string& what) {
  throw Error(GATUN_STATUS_INVALID_ARGUMENT, std::string(operation) + ": " + what);
}

template <typename Pointer>
void check_not_null(const char* operation, const char* argument, Pointer* pointer) {
  if (pointer == nullptr) invalid(operation, std::string(argument) + " is NULL");
}

// A struct of a caller that was compiled against this header or a later one. Fields that this
// library does not know must be zero, that is at their defaults.
template <typename Struct>
void check_struct(const char* operation, const char* argument, const Struct* value) {
  check_not_null(operation, argument, value);
  constexpr int64_t kKnown = sizeof(Struct);
  constexpr int64_t kLargest = 65536;  // anything beyond is not a size
  const int64_t size = value->struct_size;
  if (size < kKnown || size > kLargest) {
    invalid(operation, std::string(argument) + "->struct_size is " + std::to_string(size) +
                           ", expected " + std::to_string(kKnown) +
                           " (sizeof in gatun ABI version " + std::to_string(GATUN_ABI_VERSION) +
                           ")");
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(value);
  for (int64_t i = kKnown; i < size; ++i) {
    if (bytes[i] != 0) {
      throw Error(GATUN_STATUS_UNSUPPORTED,
                  std::string(operation) + ": " + argument + " sets a field at byte " +
                      std::to_string(i) + " that this library (ABI version " +
                      std::to_string(GATUN_ABI_VERSION) + ") does not know; update it");
    }
  }
}

// An operation on a stream: checks handle and params, runs, and voids the recording if it fails.
template <typename Params>
gatun_status forward(const char* operation,
                     void (*run)(Stream&, const Params&),
                     gatun_stream* handle,
                     const Params* params,
                     gatun_error* error) noexcept {
  auto* stream = reinterpret_cast<Stream*>(handle);
  return translate(
      error,
      [&] {
        check_not_null(operation, "stream", stream);
        check_struct(operation, "params", params);
        run(*stream, *params);
      },
      [&](const char* message) {
        if (stream != nullptr) stream->void_recording(message);
      });
}

}  // namespace gatun::abi
