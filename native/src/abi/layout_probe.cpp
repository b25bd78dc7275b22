// SPDX-License-Identifier: Apache-2.0
// The layout probe: what the compiler of this library made of the headers, as text (format:
// version.h). The list of names is generated; sizes, offsets and signatures are evaluated here, so
// a binding that agrees with the text agrees with the machine code.
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "gatun/gatun.h"

namespace gatun {
namespace {

// One letter per type of a signature; a type without a letter does not compile.
template <typename T>
constexpr char letter() {
  if constexpr (std::is_void_v<T>) {
    return 'v';
  } else if constexpr (std::is_pointer_v<T>) {
    return 'p';
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return 'i';
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return 'l';
  } else if constexpr (std::is_same_v<T, float>) {
    return 'f';
  } else {
    static_assert(std::is_same_v<T, double>, "a type that the ABI does not use");
    return 'd';
  }
}

template <typename Function>
struct Signature;
template <typename Result, typename... Arguments>
struct Signature<Result (*)(Arguments...)> {
  static constexpr char kText[] = {letter<Result>(), letter<Arguments>()..., '\0'};
};

// The size of a field; of a pointer field the pointer's own.
template <typename Owner, typename Field>
constexpr std::size_t size_of(Field Owner::*) {
  return sizeof(Field);  // NOLINT(bugprone-sizeof-expression): the size of a pointer is meant
}

// One line of the text: words, then numbers. A table rather than code, which would take the
// compiler longer than any kernel.
struct Record {
  const char* words;
  const char* signature;  // null: none
  int numbers;
  std::int64_t number[2];
};

#define CONSTANT(name) {"constant " #name, nullptr, 1, {static_cast<std::int64_t>(name), 0}},
#define STRUCT(name) {"struct " #name, nullptr, 2, {sizeof(name), alignof(name)}},
#define FIELD(owner, name) \
  {"field " #owner " " #name, nullptr, 2, {offsetof(owner, name), size_of(&owner::name)}},
// Fails to compile where a function was generated from another header.
#define FUNCTION(name, ...)                                                                       \
  {"function " #name,                                                                             \
   Signature<std::enable_if_t<std::is_same_v<decltype(&name), __VA_ARGS__>, __VA_ARGS__>>::kText, \
   0,                                                                                             \
   {}},
constexpr Record kRecords[] = {
#include "abi/layout_probe_generated.inc"
};
#undef CONSTANT
#undef STRUCT
#undef FIELD
#undef FUNCTION

std::string describe() {
  std::string text;
  for (const Record& record : kRecords) {
    text += record.words;
    if (record.signature != nullptr) (text += ' ') += record.signature;
    for (int i = 0; i < record.numbers; ++i) (text += ' ') += std::to_string(record.number[i]);
    text += '\n';
  }
  return text;
}

}  // namespace
}  // namespace gatun

const char* gatun_abi_layout(void) {
  try {
    static const std::string text = gatun::describe();
    return text.c_str();
  } catch (...) {
    return "";  // no memory for the text: it then matches no binding
  }
}
