// SPDX-License-Identifier: Apache-2.0
// Reads the golden fixtures: tensors of a safetensors file. Only as much of the format as those
// files use; a file that does not read ends the test, not the process.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace gatun::test {

struct FixtureTensor {
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;

  int64_t count() const {
    int64_t n = 1;
    for (const int64_t extent : shape) n *= extent;
    return n;
  }
  std::vector<float> f32() const {
    std::vector<float> values(bytes.size() / 4);
    std::memcpy(values.data(), bytes.data(), values.size() * 4);
    return values;
  }
};

// Folder of the golden fixtures, from the environment; empty if it is not set.
inline std::string golden_folder() {
  const char* folder = std::getenv("GATUN_GOLDEN");
  return folder == nullptr ? "" : folder;
}

inline std::map<std::string, FixtureTensor> read_safetensors(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  uint64_t header_size = 0;
  if (all.size() < 8) throw std::runtime_error(path + ": no safetensors file");
  std::memcpy(&header_size, all.data(), 8);
  const std::string header = all.substr(8, header_size);
  const std::size_t data = 8 + header_size;

  std::map<std::string, FixtureTensor> tensors;
  const auto numbers = [&](std::size_t& at) {  // [1,2,3] from `at` on
    std::vector<int64_t> list;
    at = header.find('[', at) + 1;
    while (header[at] != ']') {
      std::size_t used = 0;
      list.push_back(std::stoll(header.substr(at), &used));
      at += used;
      if (header[at] == ',') ++at;
    }
    return list;
  };
  for (std::size_t at = header.find('"'); at != std::string::npos;
       at = header.find('"', header.find('}', at))) {
    const std::size_t end = header.find('"', at + 1);
    const std::string name = header.substr(at + 1, end - at - 1);
    if (name == "__metadata__") {
      at = end;
      continue;
    }
    FixtureTensor tensor;
    at = header.find("\"shape\"", end);
    tensor.shape = numbers(at);
    at = header.find("\"data_offsets\"", end);
    const std::vector<int64_t> range = numbers(at);
    const auto first = static_cast<std::size_t>(range.at(0));
    const std::string bytes =
        all.substr(data + first, static_cast<std::size_t>(range.at(1)) - first);
    tensor.bytes.resize(bytes.size());
    std::memcpy(tensor.bytes.data(), bytes.data(), bytes.size());
    tensors[name] = tensor;
  }
  return tensors;
}

}  // namespace gatun::test
