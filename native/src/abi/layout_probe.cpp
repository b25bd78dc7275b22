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

template <typename Result, typename... Arguments>
std::string signature(std::type_identity<Result (*)(Arguments...)>) {
  return {letter<Result>(), letter<Arguments>()...};
}

// The size of a field; of a pointer field the pointer's own.
template <typename Owner, typename Field>
constexpr std::size_t size_of(Field Owner::*) {
  return sizeof(Field);  // NOLINT(bugprone-sizeof-expression): the size of a pointer is meant
}

std::string describe() {
  std::string text;
  auto line = [&text](const std::string& record) { text += record + "\n"; };
  auto number = [](auto value) { return " " + std::to_string(value); };
#define CONSTANT(name) line("constant " #name + number(static_cast<std::int64_t>(name)));
#define STRUCT(name) line("struct " #name + number(sizeof(name)) + number(alignof(name)));
#define FIELD(owner, name) \
  line("field " #owner " " #name + number(offsetof(owner, name)) + number(size_of(&owner::name)));
#define FUNCTION(name, ...)                                                                     \
  static_assert(std::is_same_v<decltype(&name), __VA_ARGS__>, "generated from another header"); \
  line("function " #name " " + signature(std::type_identity<decltype(&name)>()));
#include "abi/layout_probe_generated.inc"
#undef CONSTANT
#undef STRUCT
#undef FIELD
#undef FUNCTION
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
