// SPDX-License-Identifier: Apache-2.0
#include "runtime/text_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace gatun {

std::string read_text_file(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text(65536, '\0');
  size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = read(file, text.data() + length, text.size() - length);
    if (got <= 0) break;
    length += static_cast<size_t>(got);
  }
  close(file);
  text.resize(length);
  return text;
}

}  // namespace gatun
