package dev.canswarm.config;

import java.util.List;
import java.util.stream.Collectors;

/** The settings cannot be used; carries every problem that was found, not only the first. */
public final class SettingsException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  SettingsException(List<SettingsProblem> problems) {
    super(message(problems), null);
    this.problems = List.copyOf(problems);
  }

  /** At least one. */
  public List<SettingsProblem> problems() {
    return problems;
  }

  private static String message(List<SettingsProblem> problems) {
    if (problems.size() == 1) {
      return "bad setting: " + problems.get(0);
    }
    return problems.stream()
        .map(problem -> "\n  " + problem)
        .collect(Collectors.joining("", problems.size() + " bad settings:", ""));
  }
}
