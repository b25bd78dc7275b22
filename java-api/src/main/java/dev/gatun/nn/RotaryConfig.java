// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

/**
 * How the frequencies of a rotary embedding are made.
 *
 * @param type the scaling
 * @param theta base of the frequencies
 * @param rotaryDim R: how many dimensions of a head rotate; even
 * @param maxPositions the trained length ({@code max_position_embeddings})
 * @param factor of the scaling; 1 for none
 * @param lowFrequencyFactor llama3
 * @param highFrequencyFactor llama3
 * @param originalMaxPositions length before the extension; llama3 and yarn
 * @param betaFast yarn
 * @param betaSlow yarn
 * @param truncate yarn: whether the ramp's ends are rounded to whole dimensions
 * @param attentionFactor multiplies cos and sin; 0 derives it (yarn)
 * @param mscale yarn; 0 for none
 * @param mscaleAllDim yarn; 0 for none
 */
public record RotaryConfig(
    Type type,
    double theta,
    int rotaryDim,
    int maxPositions,
    double factor,
    double lowFrequencyFactor,
    double highFrequencyFactor,
    double originalMaxPositions,
    double betaFast,
    double betaSlow,
    boolean truncate,
    double attentionFactor,
    double mscale,
    double mscaleAllDim) {
  /** The scalings. */
  public enum Type {
    /** None. */
    DEFAULT,
    /** All frequencies divided by the factor. */
    LINEAR,
    /** The base grows with the length of the sequence beyond the trained one (NTK). */
    DYNAMIC,
    /** Llama 3.1: low frequencies divided, high ones kept, a ramp between. */
    LLAMA3,
    /** YaRN, arXiv 2309.00071. */
    YARN
  }

  /** Checks the ranges. */
  public RotaryConfig {
    if (!(theta > 0) || !Double.isFinite(theta)) {
      throw new IllegalArgumentException("rope: theta is " + theta + ", expected above 0");
    }
    if (rotaryDim < 0 || rotaryDim % 2 != 0) {
      throw new IllegalArgumentException(
          "rope: rotary dimension is " + rotaryDim + ", expected an even number");
    }
    if (!(factor > 0) || !Double.isFinite(factor)) {
      throw new IllegalArgumentException("rope: factor is " + factor + ", expected above 0");
    }
    if (type == Type.LLAMA3 && !(highFrequencyFactor > lowFrequencyFactor)) {
      throw new IllegalArgumentException(
          "rope: high_freq_factor is "
              + highFrequencyFactor
              + ", expected above low_freq_factor = "
              + lowFrequencyFactor);
    }
  }

  /** Unscaled frequencies. */
  public static RotaryConfig plain(double theta, int rotaryDim, int maxPositions) {
    return new RotaryConfig(
        Type.DEFAULT, theta, rotaryDim, maxPositions, 1, 1, 4, maxPositions, 32, 1, true, 0, 0, 0);
  }

  /** Frequencies divided by a factor. */
  public static RotaryConfig linear(double theta, int rotaryDim, int maxPositions, double factor) {
    return new RotaryConfig(
        Type.LINEAR,
        theta,
        rotaryDim,
        maxPositions,
        factor,
        1,
        4,
        maxPositions,
        32,
        1,
        true,
        0,
        0,
        0);
  }

  /** R/2 frequencies for a sequence of {@code length} tokens; only DYNAMIC looks at the length. */
  public double[] inverseFrequencies(int length) {
    int half = rotaryDim / 2;
    double base = theta;
    if (type == Type.DYNAMIC && length > maxPositions) {
      double growth = factor * length / maxPositions - (factor - 1);
      base = theta * Math.pow(growth, rotaryDim / (rotaryDim - 2.0));
    }
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      double plain = Math.pow(base, -2.0 * i / rotaryDim);
      frequencies[i] =
          switch (type) {
            case DEFAULT, DYNAMIC -> plain;
            case LINEAR -> plain / factor;
            case LLAMA3 -> llama3(plain);
            case YARN -> yarn(plain, i);
          };
    }
    return frequencies;
  }

  private double llama3(double frequency) {
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength < originalMaxPositions / highFrequencyFactor) {
      return frequency;
    }
    if (wavelength > originalMaxPositions / lowFrequencyFactor) {
      return frequency / factor;
    }
    double smooth =
        (originalMaxPositions / wavelength - lowFrequencyFactor)
            / (highFrequencyFactor - lowFrequencyFactor);
    return frequency * ((1 - smooth) / factor + smooth);
  }

  private double yarn(double frequency, int index) {
    double low = correctionDimension(betaFast);
    double high = correctionDimension(betaSlow);
    if (truncate) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, rotaryDim - 1);
    if (low == high) {
      high += 0.001;
    }
    double ramp = Math.clamp((index - low) / (high - low), 0.0, 1.0);
    return frequency / factor * ramp + frequency * (1 - ramp);
  }

  /** The dimension whose frequency turns {@code rotations} times over the original length. */
  private double correctionDimension(double rotations) {
    return rotaryDim
        * Math.log(originalMaxPositions / (rotations * 2 * Math.PI))
        / (2 * Math.log(theta));
  }

  /** What cos and sin are multiplied by. */
  public double cosSinFactor() {
    if (type != Type.YARN) {
      return 1;
    }
    if (attentionFactor != 0) {
      return attentionFactor;
    }
    if (mscale != 0 && mscaleAllDim != 0) {
      return growth(mscale) / growth(mscaleAllDim);
    }
    return growth(1);
  }

  private double growth(double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
