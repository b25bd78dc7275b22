// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.time.Duration;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param steps that were made in all, those before a resume included
 * @param complete whether all planned steps were made; otherwise it was stopped on request
 * @param duration of this call
 * @param evaluation the last one, or empty without an evaluation set
 */
public record TrainingResult(
    long steps, boolean complete, Duration duration, Optional<EvaluationReport> evaluation) {}
