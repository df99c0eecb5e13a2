package dev.canswarm.benchmarks.ratio;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The ratios that have a target. Each is the rate of one side over the rate of the other. */
public enum Ratio {
  SIGN_PATH(0.75, "path", "bare", "build + canonicalise + hash + sign, of the bare sign rate"),
  VERIFY_PATH(
      0.85, "path", "bare", "parse + check canonical + hash + verify, of the bare verify rate"),
  CANONICALISE_VS_ERDTMAN(
      4, "swarm", "erdtman", "canonicalise a shuffled 5 KB document, over the erdtman library"),
  CHECK_VS_ERDTMAN(
      8,
      "swarm",
      "erdtman",
      "check + hash a canonical 5 KB document, over erdtman canonicalise + hash"),
  SHA256(0.95, "swarm", "message_digest", "16 KiB through our interface, of MessageDigest alone"),
  ACCP_VS_I2P_SIGN(5, "accp", "i2p", "sign 512 bytes through our interface, accp over i2p"),
  ACCP_VS_I2P_VERIFY(3.5, "accp", "i2p", "verify 512 bytes through our interface, accp over i2p");

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

  /** The least value that is good enough. */
  public double target() {
    return target;
  }

  /** The name in reports. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the side above the line is called. */
  public String subject() {
    return subject;
  }

  /** What the side below the line is called. */
  public String baseline() {
    return baseline;
  }

  /** Whether an engine has a part in it. */
  public boolean needsEngine() {
    return this == SIGN_PATH || this == VERIFY_PATH || comparesEngines();
  }

  /** Whether accp is compared with i2p, whatever engine is asked for. */
  public boolean comparesEngines() {
    return this == ACCP_VS_I2P_SIGN || this == ACCP_VS_I2P_VERIFY;
  }

  /** In one line. */
  public String meaning() {
    return meaning;
  }

  /** The benchmark method that measures it: {@code sign_path} is {@code signPath}. */
  public String method() {
    List<String> words = Arrays.asList(key().split("_", -1));
    var method = new StringBuilder(words.get(0));
    for (String word : words.subList(1, words.size())) {
      method.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return method.toString();
  }

  /** The benchmark's full name. */
  public String benchmark() {
    return RatioBenchmark.class.getName() + "." + method();
  }
}
