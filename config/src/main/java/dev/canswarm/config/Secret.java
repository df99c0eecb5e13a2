package dev.canswarm.config;

/**
 * A text that must not appear in output. {@link #toString} masks it, so that logs do not leak it by
 * accident.
 *
 * @param reveal the secret text
 */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return SettingKey.MASK;
  }
}
