package dev.canswarm.config;

import java.util.List;

/**
 * The settings, and where each came from.
 *
 * @param values every setting, in the order of {@link SettingKeys#all}, then the named commands
 */
public record LoadedSettings(SwarmSettings settings, List<Resolved> values) {
  public LoadedSettings {
    values = List.copyOf(values);
  }
}
