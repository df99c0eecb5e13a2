package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * docker-compose.yml, whose commands a test runs as they are in a directory of its own. There, the
 * directories of a container are in that directory, and programs that only its image has are
 * replaced by {@link #program}.
 */
final class ComposeFile {
  private final String text;
  private final Path home;

  /**
   * @param home an empty directory
   */
  ComposeFile(Path home) throws IOException {
    this.text = Files.readString(Path.of("..", "docker-compose.yml"));
    this.home = home;
  }

  /** Returns the lines of a service. */
  String service(String name) {
    Matcher found =
        Pattern.compile("(?ms)^  " + name + ":\n(.*?)(?=^  [a-z]|^[a-z])").matcher(text);
    assertThat(found.find()).as(name).isTrue();
    return found.group(1);
  }

  /** Returns the variables of a service, with those that it takes over from another one. */
  Map<String, String> environment(String service) {
    Map<String, String> variables = new TreeMap<>();
    String lines = service(service);
    if (lines.contains("<<: *kafka-login")) {
      assertThat(service("kafka-rights")).contains("environment: &kafka-login");
      variables.putAll(environment("kafka-rights"));
    }
    Matcher line = Pattern.compile("(?m)^      ([A-Z_]+): (.*)$").matcher(lines);
    while (line.find()) {
      String value = line.group(2);
      variables.put(
          line.group(1), value.startsWith("\"") ? value.substring(1, value.length() - 1) : value);
    }
    return variables;
  }

  /** Returns the script with which the container of a service starts. */
  String command(String service) {
    return script(service(service), "(?s)\n      - \\|\n(.*?)\n    secrets:");
  }

  /** Returns a file of the section {@code configs}. */
  String config(String name) {
    return script(text, "(?s)\n  " + name + ":\n    content: \\|\n(.*?)\n\n");
  }

  /** A script as the container gets it, but for directories. */
  private static String script(String from, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(from);
    assertThat(found.find()).as(pattern).isTrue();
    return found
        .group(1)
        .stripIndent()
        .replace("$$", "$")
        .replace("/run/secrets/", "secrets/")
        .replace("/data/", "data/");
  }

  /** Makes the passwords, by the lines of the file's head. */
  void makeSecrets() throws Exception {
    String head =
        text.lines()
            .takeWhile(line -> line.startsWith("#"))
            .filter(line -> line.startsWith("#   "))
            .map(line -> line.substring(4))
            .collect(Collectors.joining("\n"));
    assertThat(head).contains("mkdir -m 700 secrets");
    run(head, Map.of());
  }

  /** Returns a password that {@link #makeSecrets} made. */
  String secret(String name) throws IOException {
    return Files.readString(home.resolve("secrets").resolve(name)).strip();
  }

  /** Replaces a program of the image: scripts find this one by its name. */
  void program(String name, String script) throws IOException {
    Path program = Files.createDirectories(home.resolve("bin")).resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  /** Runs a script, which must succeed, and returns the lines that it printed. */
  List<String> run(String script, Map<String, String> variables) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", script)
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(variables);
    builder.environment().merge("PATH", "", (path, none) -> home.resolve("bin") + ":" + path);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  /**
   * Returns the settings that a service of ours starts with.
   *
   * @param others what is different here, because no container runs
   */
  SwarmSettings settings(String service, Map<String, String> others) throws Exception {
    Map<String, String> variables = environment(service);
    variables.replaceAll((name, value) -> value.replace("/run/secrets", home + "/secrets"));
    variables.putAll(others);
    return SettingsLoader.load(Map.of(), variables, Optional.empty(), home).settings();
  }
}
