# SPDX-License-Identifier: Apache-2.0
#
# The kernels of src/kernels/cuda, compiled by the host's compiler for the emulated device of simt/,
# twice: gatun_cuda_tests with their tests, and libgatun_cuda_emulated.so, which stands in for
# libgatun_cuda.so in tests of what lies above. Needs no CUDA.
#
# Kernels are compiled with sanitizers but linked without them: simt/hooks.cpp and simt/undefined.cpp answer the calls
# that the compiler puts before each access, and where an operation has no result. The other flags keep each access of the
# source one access of the machine.
# The address sanitizer cannot be had beside them: with it, it watches instead (simt/address_sanitizer.h).
set(GATUN_WATCHES -fsanitize=thread,shift,integer-divide-by-zero)
set(GATUN_WATCHED_FLAGS -Wno-unknown-pragmas -g1)
if(GATUN_SANITIZE MATCHES "address")
  list(APPEND GATUN_WATCHED_FLAGS -O1 -Wno-attributes)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND GATUN_WATCHED_FLAGS
    ${GATUN_WATCHES} -fsanitize=bounds -O2
    -fno-tree-vectorize -fno-tree-slp-vectorize -fno-store-merging --param=tsan-instrument-func-entry-exit=0
    -Wno-tsan -Wno-maybe-uninitialized -Wno-attributes)
else()
  list(APPEND GATUN_WATCHED_FLAGS
    ${GATUN_WATCHES} -fsanitize=array-bounds -O2 -fno-vectorize -fno-slp-vectorize -Wno-unused-const-variable  # of launch bounds
    -mllvm -tsan-instrument-func-entry-exit=0 -mllvm -tsan-instrument-read-before-write=1)
endif()

file(GLOB simt_sources CONFIGURE_DEPENDS simt/*.cpp)
file(GLOB cuda_kernels CONFIGURE_DEPENDS src/kernels/cuda/*.cu)
list(FILTER cuda_kernels EXCLUDE REGEX "/backend\\.cu$")  # the real device's half
file(GLOB cuda_tests CONFIGURE_DEPENDS test/simt/*.cpp test/kernels/cuda/*.cpp)
file(GLOB watched_tests CONFIGURE_DEPENDS test/simt/*.cu)
include(CudaOracles)

set_source_files_properties(${cuda_tests} PROPERTIES COMPILE_OPTIONS "-O1")
set_source_files_properties(${cuda_kernels} ${watched_tests} PROPERTIES
  LANGUAGE CXX COMPILE_OPTIONS "-xc++;${GATUN_WATCHED_FLAGS}")
add_executable(gatun_cuda_tests EXCLUDE_FROM_ALL
  ${simt_sources} ${cuda_kernels} ${watched_tests} ${cuda_tests} $<TARGET_OBJECTS:gatun_cuda_oracles>)
target_include_directories(gatun_cuda_tests PRIVATE . test test/kernels/cuda)
target_link_libraries(gatun_cuda_tests PRIVATE gatun_flags GTest::gtest GTest::gtest_main)

# A cuBLASLt of the tests' own.
add_library(gatun_fake_cublaslt SHARED EXCLUDE_FROM_ALL test/cublaslt/fake_cublaslt.cpp)
set_target_properties(gatun_fake_cublaslt PROPERTIES OUTPUT_NAME cublasLt SOVERSION 13)
target_include_directories(gatun_fake_cublaslt PRIVATE test)
target_compile_options(gatun_fake_cublaslt PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
target_link_libraries(gatun_fake_cublaslt PRIVATE gatun_flags)
add_dependencies(gatun_cuda_tests gatun_fake_cublaslt)
target_compile_definitions(gatun_cuda_tests PRIVATE
  GATUN_FAKE_CUBLASLT="$<TARGET_SONAME_FILE:gatun_fake_cublaslt>")

file(GLOB emulated_sources CONFIGURE_DEPENDS simt/backend/*.cpp)
add_library(gatun_cuda_emulated SHARED EXCLUDE_FROM_ALL ${simt_sources} ${cuda_kernels} ${emulated_sources})
target_include_directories(gatun_cuda_emulated PRIVATE .)
target_compile_options(gatun_cuda_emulated PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
target_link_libraries(gatun_cuda_emulated PRIVATE gatun_flags)
target_link_options(gatun_cuda_emulated PRIVATE -Wl,--no-undefined -Wl,--exclude-libs,ALL)
add_dependencies(gatun_cuda_emulated gatun_fake_cublaslt)
