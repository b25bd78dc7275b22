// SPDX-License-Identifier: Apache-2.0
// The one exception type of the library. It never crosses the ABI: src/abi/translate.h turns it
// into a status.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "gatun/status.h"

namespace gatun {

class Error : public std::exception {
 public:
  Error(gatun_status status, std::string message) : status_(status), message_(std::move(message)) {}
  gatun_status status() const { return status_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  gatun_status status_;
  std::string message_;
};

}  // namespace gatun
