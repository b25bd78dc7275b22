// SPDX-License-Identifier: Apache-2.0

/**
 * The Llama block and the families that use it unchanged: Llama 1 to 3.2, SmolLM2, Mistral. Touvron
 * et al. 2023, arXiv 2302.13971 and 2307.09288; arXiv 2407.21783; Jiang et al. 2023, arXiv
 * 2310.06825.
 */
package dev.gatun.models.llama;
