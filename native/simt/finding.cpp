// SPDX-License-Identifier: Apache-2.0
#include "simt/finding.h"

#include <dlfcn.h>

#include <cstdio>

namespace gatun::simt {
namespace {

std::string source_line(uint32_t site) {
  Dl_info image{};  // the program or library that this is linked into
  static const char here = 0;
  if (dladdr(&here, &image) == 0 || image.dli_fname == nullptr) return "";
  char command[4400];
  // The address is that of the instruction after the call.
  std::snprintf(command, sizeof(command), "addr2line -s -e '%s' 0x%x 2>/dev/null", image.dli_fname,
                site - 1);
  FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return "";
  char line[256] = "";
  const bool read = std::fgets(line, sizeof(line), pipe) != nullptr;
  pclose(pipe);
  std::string text = read ? line : "";
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(0, text.find(" (discriminator"));
}

}  // namespace

std::string Finding::message() const {
  std::string all = std::string(finding_name(kind)) + ": " + text;
  if (other != 0) all += " at " + source_line(other);
  all += " (" + thread;
  if (site != 0) all += ", " + source_line(site);
  return all + ")";
}

}  // namespace gatun::simt
