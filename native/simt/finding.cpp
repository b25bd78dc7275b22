// SPDX-License-Identifier: Apache-2.0
#include "simt/finding.h"

#include <unistd.h>

#include <cstdio>

namespace gatun::simt {
namespace {

std::string source_line(uint32_t site) {
  char program[4096];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
  if (length <= 0) return "";
  program[length] = 0;
  char command[4400];
  // The address is that of the instruction after the call.
  std::snprintf(command, sizeof(command), "addr2line -s -e '%s' 0x%x 2>/dev/null", program,
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
