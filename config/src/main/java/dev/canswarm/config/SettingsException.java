package dev.canswarm.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Reports settings that cannot be used, with every problem that was found and not only the first.
 */
public final class SettingsException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  SettingsException(List<SettingsProblem> problems) {
    super(message(problems), null);
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems, at least one. */
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
