package dev.canswarm.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers the settings: a flag beats an environment variable, that beats the file, that beats the
 * default. Stateless and safe to call from any thread; reads the file, so not from an event loop.
 */
public final class SettingsLoader {
  /** The file that is read when none is named and it exists. */
  public static final String FILE_DEFAULT = "swarm.yaml";

  private static final String FLAG = "flag";

  private SettingsLoader() {}

  /**
   * Loads and checks all settings.
   *
   * @param flags text by dotted key, from the command line
   * @param environment of the process; variables that do not begin with {@code SWARM_} are ignored
   * @param explicitFile must exist; without it {@link #FILE_DEFAULT} in the working directory is
   *     read if it is there
   * @param workingDirectory what relative paths, also those in the file, are relative to
   * @throws SettingsException with every problem in all of them
   */
  public static LoadedSettings load(
      Map<String, String> flags,
      Map<String, String> environment,
      Optional<Path> explicitFile,
      Path workingDirectory)
      throws SettingsException {
    List<SettingsProblem> problems = new ArrayList<>();
    SettingsValues values =
        new SettingsValues(
            List.of(
                flags(flags, problems),
                environment(environment, problems),
                file(explicitFile, workingDirectory, problems)));
    problems.addAll(values.problems());
    problems.addAll(SettingsRules.problems(values));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    SwarmSettings settings = new SettingsAssembler(values, workingDirectory).settings();
    return new LoadedSettings(settings, values.resolved());
  }

  private static Map<String, Given> flags(
      Map<String, String> flags, List<SettingsProblem> problems) {
    Map<String, Given> values = new LinkedHashMap<>();
    new TreeMap<>(flags)
        .forEach(
            (key, value) -> {
              if (SettingKeys.find(key).isPresent()) {
                values.put(key, Given.text(value, FLAG));
              } else {
                problems.add(SettingsProblem.unknown(key, SettingNames.nearest(key), FLAG));
              }
            });
    return values;
  }

  private static Map<String, Given> environment(
      Map<String, String> environment, List<SettingsProblem> problems) {
    Map<String, Given> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
      String variable = entry.getKey();
      if (!variable.startsWith(SettingKeys.ENVIRONMENT_PREFIX)
          || SettingKeys.ENVIRONMENT_OTHER.contains(variable)) {
        continue;
      }
      Optional<String> key = SettingNames.ofVariable(variable);
      if (key.isPresent()) {
        values.put(key.get(), Given.text(entry.getValue(), "environment " + variable));
      } else {
        String nearest = SettingNames.nearestVariable(variable);
        problems.add(SettingsProblem.unknown(variable, nearest, "environment " + variable));
      }
    }
    return values;
  }

  private static Map<String, Given> file(
      Optional<Path> explicitFile, Path workingDirectory, List<SettingsProblem> problems) {
    Path usual = workingDirectory.resolve(FILE_DEFAULT);
    return explicitFile
        .map(workingDirectory::resolve)
        .or(() -> Optional.of(usual).filter(Files::exists))
        .map(file -> SettingsFile.read(file, problems))
        .orElse(Map.of());
  }
}
