# SPDX-License-Identifier: Apache-2.0
#
# libgatun_cuda.so: the kernels of src/kernels/cuda for the architectures of GATUN_CUDA_ARCHITECTURES, as nvcc names
# them (80, 90a, 100f). No driver, CUDA runtime or cuBLAS is linked but the static runtime.
set(GATUN_CUDA_ARCHITECTURES "80;90a" CACHE STRING "Architectures: 75;80;86;89;90a;100f;120f, or some of them")
set(CMAKE_CUDA_ARCHITECTURES OFF)  # CMake 3.25 does not know the family targets, so the flags are ours
enable_language(CUDA)
find_package(CUDAToolkit 13.0 REQUIRED)

set(cuda_code)
foreach(architecture IN LISTS GATUN_CUDA_ARCHITECTURES)
  list(APPEND cuda_code "-gencode=arch=compute_${architecture},code=sm_${architecture}")
endforeach()
set(GATUN_CUDA_TIMES "" CACHE FILEPATH "A file to which nvcc adds the time of each phase, for ci/cuda_sizes.py")
if(GATUN_CUDA_TIMES)
  list(APPEND cuda_code "--time=${GATUN_CUDA_TIMES}")
endif()

file(GLOB cuda_sources CONFIGURE_DEPENDS src/kernels/cuda/*.cu)
add_library(gatun_cuda SHARED ${cuda_sources})
target_include_directories(gatun_cuda PRIVATE include src)
# --fmad=false: a multiply-add is written as one where it is wanted, as on the CPU.
target_compile_options(gatun_cuda PRIVATE
  $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20 -O3 ${cuda_code} --compress-mode=size --fmad=false
    -Werror=all-warnings,default-stream-launch
    -Xcompiler=-Wall,-Werror,-ffp-contract=off
    -Xptxas=-v,-warn-spills,-warn-lmem-usage,-Werror>)
set_target_properties(gatun_cuda PROPERTIES
  CUDA_RUNTIME_LIBRARY Static CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON LINKER_LANGUAGE CXX)
# CUDA takes its standard from that of C++, and CMake 3.25 knows none above 17 for it: the flag above says it.
foreach(property IN ITEMS CXX_STANDARD CXX_STANDARD_REQUIRED CXX_EXTENSIONS)
  set_property(TARGET gatun_cuda PROPERTY ${property})
endforeach()
target_link_libraries(gatun_cuda PRIVATE CUDA::cudart_static ${CMAKE_DL_LIBS})
install(TARGETS gatun_cuda LIBRARY DESTINATION . COMPONENT cuda)  # for the jar of ci/cuda.sh jar
# Finds the library's devices as a program does that does not link it.
add_executable(gatun_cuda_probe EXCLUDE_FROM_ALL test/kernels/cuda/device/probe.cpp)
target_link_libraries(gatun_cuda_probe PRIVATE gatun_flags ${CMAKE_DL_LIBS})
# The tests of the kernels, which the emulated device runs elsewhere, for a GPU. Counting is the emulation's.
find_package(GTest REQUIRED)
file(GLOB cuda_tests CONFIGURE_DEPENDS test/kernels/cuda/*_test.cpp)
list(FILTER cuda_tests EXCLUDE REGEX "/evidence_([a-z]+_)?test\\.cpp$")
set_source_files_properties(${cuda_tests} PROPERTIES LANGUAGE CUDA)
include(CudaOracles)
add_executable(gatun_cuda_device_tests EXCLUDE_FROM_ALL
  ${cuda_tests} $<TARGET_OBJECTS:gatun_cuda> $<TARGET_OBJECTS:gatun_cuda_oracles>)
target_include_directories(gatun_cuda_device_tests PRIVATE include src test test/kernels/cuda)
target_compile_options(gatun_cuda_device_tests PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20 ${cuda_code}>)
foreach(property IN ITEMS CXX_STANDARD CXX_STANDARD_REQUIRED CXX_EXTENSIONS)
  set_property(TARGET gatun_cuda_device_tests PROPERTY ${property})
endforeach()
target_link_libraries(gatun_cuda_device_tests PRIVATE
  CUDA::cudart_static GTest::gtest GTest::gtest_main Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(gatun_cuda PRIVATE -Wl,--no-undefined -Wl,--exclude-libs,ALL -Wl,-z,now)
