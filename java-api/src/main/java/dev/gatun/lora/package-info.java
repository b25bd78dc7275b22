// SPDX-License-Identifier: Apache-2.0

/**
 * Low-rank adapters of models: small matrices that are trained beside frozen ones, kept in PEFT's
 * files, merged, or chosen per request. Hu et al. 2021, arXiv 2106.09685.
 */
package dev.gatun.lora;
