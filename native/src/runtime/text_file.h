// SPDX-License-Identifier: Apache-2.0
// Small files of /proc and /sys.
#pragma once

#include <string>

namespace gatun {

// At most the first 64 KiB; empty where the file cannot be read.
std::string read_text_file(const char* path);

}  // namespace gatun
