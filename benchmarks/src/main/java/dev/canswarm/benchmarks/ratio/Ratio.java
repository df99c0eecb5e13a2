package dev.canswarm.benchmarks.ratio;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The ratios with a target. Each is the rate of the subject divided by the rate of the baseline.
 */
public enum Ratio {
  SIGN_PATH(0.75, "path", "bare", "build + canonicalise + hash + sign, relative to bare signing"),
  VERIFY_PATH(
      0.85, "path", "bare", "parse + check canonical + hash + verify, relative to bare verifying"),
  CANONICALISE_VS_ERDTMAN(
      4,
      "swarm",
      "erdtman",
      "canonicalise a shuffled 5 KB document, relative to the erdtman library"),
  CHECK_VS_ERDTMAN(
      8,
      "swarm",
      "erdtman",
      "check + hash a canonical 5 KB document, relative to erdtman canonicalise + hash"),
  SHA256(
      0.95,
      "swarm",
      "message_digest",
      "16 KiB through our interface, relative to MessageDigest alone"),
  ACCP_VS_I2P_SIGN(5, "accp", "i2p", "sign 512 bytes through our interface, accp relative to i2p"),
  ACCP_VS_I2P_VERIFY(
      3.5, "accp", "i2p", "verify 512 bytes through our interface, accp relative to i2p");

  private final double target;
  private final String subject;
  private final String baseline;
  private final String meaning;

  Ratio(double target, String subject, String baseline, String meaning) {
    this.target = target;
    this.subject = subject;
    this.baseline = baseline;
    this.meaning = meaning;
  }

  /** Returns the smallest acceptable value. */
  public double target() {
    return target;
  }

  /** Returns the name in reports. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name of the side in the numerator. */
  public String subject() {
    return subject;
  }

  /** Returns the name of the side in the denominator. */
  public String baseline() {
    return baseline;
  }

  /** Whether it measures a signature engine. */
  public boolean needsEngine() {
    return this == SIGN_PATH || this == VERIFY_PATH || comparesEngines();
  }

  /** Whether it compares accp with i2p, independently of the {@code engine} parameter. */
  public boolean comparesEngines() {
    return this == ACCP_VS_I2P_SIGN || this == ACCP_VS_I2P_VERIFY;
  }

  /** Returns a description of one line. */
  public String meaning() {
    return meaning;
  }

  /** Returns the name of the benchmark method: {@code signPath} for {@code sign_path}. */
  public String method() {
    List<String> words = Arrays.asList(key().split("_", -1));
    var method = new StringBuilder(words.get(0));
    for (String word : words.subList(1, words.size())) {
      method.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return method.toString();
  }

  /** Returns the fully qualified name of the benchmark. */
  public String benchmark() {
    return RatioBenchmark.class.getName() + "." + method();
  }
}
