package dev.canswarm.config;

/**
 * Text that must not be shown. Nothing prints it by accident: {@link #toString} masks it.
 *
 * @param reveal the text itself
 */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return SettingKey.MASK;
  }
}
