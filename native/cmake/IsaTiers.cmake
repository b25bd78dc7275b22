# SPDX-License-Identifier: Apache-2.0
#
# One library serves every CPU: a source whose name ends in _avx2, _avx512, _avx512_bf16 or _amx is compiled with that
# tier's instructions and is only entered after the dispatcher has seen them; every other source is plain x86-64.
#
# An inline function of a header that such a source instantiates is emitted with the tier's instructions, and the linker
# keeps the first copy that it meets. The sources are therefore ordered from the lowest tier to the highest: the copy
# that plain code may call is always the plain one. Code of ours that a tier includes still belongs in an anonymous
# namespace, so that each tier has its own.
set(GATUN_FLAGS_avx2 -mavx2 -mfma -mf16c)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of the undefined vectors inside its own intrinsics (GCC bug 105593).
  list(APPEND GATUN_FLAGS_avx2 -Wno-uninitialized -Wno-maybe-uninitialized)
endif()
# GCC 12's AVX-512 headers start many results from an undefined register and then warn about it.
set(GATUN_FLAGS_avx512
  ${GATUN_FLAGS_avx2} -Wno-maybe-uninitialized -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vbmi -mavx512vnni
  -mprefer-vector-width=512)
set(GATUN_FLAGS_avx512_bf16 ${GATUN_FLAGS_avx512} -mavx512bf16)
set(GATUN_FLAGS_amx ${GATUN_FLAGS_avx512_bf16} -mamx-tile -mamx-int8 -mamx-bf16)

# Sets the flags of each source in the list named `variable` and sorts it by tier.
function(gatun_apply_isa_tiers variable)
  set(sources ${${variable}})
  set(ordered)
  foreach(tier IN ITEMS amx avx512_bf16 avx512 avx2)
    set(tier_sources ${sources})
    list(FILTER tier_sources INCLUDE REGEX "_${tier}\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "_${tier}\\.cpp$")
    if(tier_sources)
      set_source_files_properties(${tier_sources} PROPERTIES COMPILE_OPTIONS "${GATUN_FLAGS_${tier}}")
    endif()
    list(PREPEND ordered ${tier_sources})
  endforeach()
  list(PREPEND ordered ${sources})
  set(${variable} ${ordered} PARENT_SCOPE)
endfunction()
