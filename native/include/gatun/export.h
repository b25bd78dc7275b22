// SPDX-License-Identifier: Apache-2.0
// What is visible outside the library, and C linkage for C++ callers.
#ifndef GATUN_EXPORT_H
#define GATUN_EXPORT_H

#if defined(_WIN32)
#define GATUN_VISIBLE __declspec(dllexport)
#else
#define GATUN_VISIBLE __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define GATUN_API extern "C" GATUN_VISIBLE
#else
#define GATUN_API GATUN_VISIBLE
#endif

#endif
