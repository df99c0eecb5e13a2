package dev.canswarm.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What tasks can be run.
 *
 * @param runningMax tasks that run at once in this process
 * @param pluginPath directories and jars, absolute
 * @param exec commands by name, in the order of the names
 */
public record TaskSettings(
    int runningMax, List<Path> pluginPath, SortedMap<String, ExecCommand> exec) {
  public TaskSettings {
    pluginPath = List.copyOf(pluginPath);
    exec = Collections.unmodifiableSortedMap(new TreeMap<>(exec));
  }
}
