package dev.canswarm.config;

import java.util.List;

/**
 * The typed settings, together with the origin of each value.
 *
 * @param values every setting in the order of {@link SettingKeys#all}, followed by the named
 *     commands
 */
public record LoadedSettings(SwarmSettings settings, List<ResolvedSetting> values) {
  public LoadedSettings {
    values = List.copyOf(values);
  }
}
