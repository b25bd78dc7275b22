// SPDX-License-Identifier: Apache-2.0

/** GPT-2, and GPT-3 as far as it is dense: pre-norm blocks with learned positions. Radford 2019. */
package dev.gatun.models.gpt2;
