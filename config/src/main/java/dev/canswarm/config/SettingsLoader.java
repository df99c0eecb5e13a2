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
 * Loads the settings. A flag overrides an environment variable, which overrides the file, which
 * overrides the default. Stateless and thread-safe. Blocks while it reads the file: do not call it
 * on an event loop.
 */
public final class SettingsLoader {
  /** The file in the working directory that is read if no file is named. It may be missing. */
  public static final String FILE_DEFAULT = "swarm.yaml";

  private static final String FLAG = "flag";
  private static final String STACK = "running stack";

  private SettingsLoader() {}

  /**
   * Loads and validates all settings.
   *
   * @param flags values from the command line, by dotted key
   * @param environment the environment of the process; variables without the prefix {@code SWARM_}
   *     are ignored
   * @param explicitFile a file that must exist; empty reads {@link #FILE_DEFAULT} from the working
   *     directory if it exists
   * @param workingDirectory the base of all relative paths, including those in the file
   * @throws SettingsException if a value, name or file is wrong; it lists the problems of all
   *     sources
   */
  public static LoadedSettings load(
      Map<String, String> flags,
      Map<String, String> environment,
      Optional<Path> explicitFile,
      Path workingDirectory)
      throws SettingsException {
    return load(flags, Map.of(), environment, explicitFile, workingDirectory);
  }

  /**
   * Loads and validates all settings.
   *
   * @param flags values from the command line, by dotted key; a password among them is refused,
   *     because every user of the machine can see it there
   * @param found values from a running stack, by dotted key; flags override them
   * @param environment the environment of the process; variables without the prefix {@code SWARM_}
   *     are ignored
   * @param explicitFile a file that must exist; empty reads {@link #FILE_DEFAULT} from the working
   *     directory if it exists
   * @param workingDirectory the base of all relative paths, including those in the file
   * @throws SettingsException if a value, name or file is wrong; it lists the problems of all
   *     sources
   */
  public static LoadedSettings load(
      Map<String, String> flags,
      Map<String, String> found,
      Map<String, String> environment,
      Optional<Path> explicitFile,
      Path workingDirectory)
      throws SettingsException {
    List<SettingsProblem> problems = new ArrayList<>();
    SecretFiles secrets = new SecretFiles(workingDirectory, problems);
    SettingsValues values =
        new SettingsValues(
            List.of(
                withSecrets(flags(flags, problems), secrets),
                named(found, STACK, problems),
                withSecrets(environment(environment, problems), secrets),
                withSecrets(file(explicitFile, workingDirectory, problems), secrets)));
    problems.addAll(values.problems());
    problems.addAll(SettingsRules.problems(values));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    SwarmSettings settings = new SettingsAssembler(values, workingDirectory).settings();
    return new LoadedSettings(settings, values.resolved());
  }

  private static Map<String, SourcedValue> flags(
      Map<String, String> flags, List<SettingsProblem> problems) {
    Map<String, String> allowed = new TreeMap<>(flags);
    flags.forEach(
        (name, value) ->
            SettingKeys.find(name)
                .filter(key -> key.holdsPassword(value))
                .ifPresent(
                    key -> {
                      problems.add(SettingsProblem.passwordInFlag(key));
                      allowed.remove(name);
                    }));
    return named(allowed, FLAG, problems);
  }

  private static Map<String, SourcedValue> named(
      Map<String, String> given, String source, List<SettingsProblem> problems) {
    Map<String, SourcedValue> values = new LinkedHashMap<>();
    new TreeMap<>(given)
        .forEach(
            (key, value) -> {
              if (SettingKeys.find(key).isPresent() || SecretFiles.secretOf(key).isPresent()) {
                values.put(key, SourcedValue.text(value, source));
              } else {
                problems.add(SettingsProblem.unknown(key, SettingNames.nearest(key), source));
              }
            });
    return values;
  }

  /** Replaces the names of files that contain secrets by these secrets. */
  private static Map<String, SourcedValue> withSecrets(
      Map<String, SourcedValue> source, SecretFiles secrets) {
    Map<String, SourcedValue> values = new LinkedHashMap<>(source);
    source.forEach(
        (name, named) ->
            SecretFiles.secretOf(name)
                .ifPresent(
                    secret -> {
                      values.remove(name);
                      if (source.containsKey(secret.name())) {
                        secrets.reportBoth(name, named);
                      } else {
                        secrets
                            .read(name, named.value(), named)
                            .ifPresent(value -> values.put(secret.name(), value));
                      }
                    }));
    return values;
  }

  private static Map<String, SourcedValue> environment(
      Map<String, String> environment, List<SettingsProblem> problems) {
    Map<String, SourcedValue> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
      String variable = entry.getKey();
      if (!variable.startsWith(SettingKeys.ENVIRONMENT_PREFIX)
          || SettingKeys.ENVIRONMENT_OTHER.contains(variable)) {
        continue;
      }
      Optional<String> key = SettingNames.ofVariable(variable);
      if (key.isPresent()) {
        values.put(key.get(), SourcedValue.text(entry.getValue(), "environment " + variable));
      } else {
        String nearest = SettingNames.nearestVariable(variable);
        problems.add(SettingsProblem.unknown(variable, nearest, "environment " + variable));
      }
    }
    return values;
  }

  private static Map<String, SourcedValue> file(
      Optional<Path> explicitFile, Path workingDirectory, List<SettingsProblem> problems) {
    Path usual = workingDirectory.resolve(FILE_DEFAULT);
    return explicitFile
        .map(workingDirectory::resolve)
        .or(() -> Optional.of(usual).filter(Files::exists))
        .map(file -> SettingsFile.read(file, problems))
        .orElse(Map.of());
  }
}
