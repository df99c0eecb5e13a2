package dev.canswarm.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The task types beyond the built-in ones, and their limit.
 *
 * @param runningMax the most tasks and verifications that run concurrently in this process
 * @param pluginPath absolute paths of jars and of directories of jars
 * @param keepOutput a directory for the output of commands that fail; empty to keep none
 * @param exec the named commands, sorted by name
 */
public record TaskSettings(
    int runningMax,
    List<Path> pluginPath,
    Optional<Path> keepOutput,
    SortedMap<String, ExecCommand> exec) {
  public TaskSettings {
    pluginPath = List.copyOf(pluginPath);
    exec = Collections.unmodifiableSortedMap(new TreeMap<>(exec));
  }
}
