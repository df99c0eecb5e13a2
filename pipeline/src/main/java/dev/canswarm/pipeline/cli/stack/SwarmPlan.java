package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The input for starting a process of the swarm.
 *
 * @param data this process's own directory, locked; the caller closes it
 * @param trustFile that of {@code data}, of the joined directory, or one that was named
 * @param policy the policy's bytes
 * @param modules the modules that the policy names
 * @param seeds seeds of keys to create
 * @param ports of embedded servers
 * @param tasks task handlers in addition to the built-in and configured ones
 * @param joined the running stack's data directory whose keys and artifacts are used
 * @param openKafka where programs without a login of ours reach the joined stack's Kafka
 */
public record SwarmPlan(
    SwarmSettings settings,
    DataDirectory data,
    Path trustFile,
    byte[] policy,
    ModuleFiles modules,
    SeedSource seeds,
    Ports ports,
    List<TaskHandler> tasks,
    Optional<Path> joined,
    Optional<String> openKafka) {

  /** Returns the input for a process with the usual tasks alone, which joins no other one. */
  public static SwarmPlan of(
      SwarmSettings settings,
      DataDirectory data,
      Path trustFile,
      byte[] policy,
      SeedSource seeds,
      Ports ports) {
    return new SwarmPlan(
        settings,
        data,
        trustFile,
        policy,
        ModuleFiles.none(),
        seeds,
        ports,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the same input with the modules that its policy names. */
  public SwarmPlan withModules(ModuleFiles files) {
    return new SwarmPlan(
        settings, data, trustFile, policy, files, seeds, ports, tasks, joined, openKafka);
  }

  /** Returns the same input with these task handlers in addition. */
  public SwarmPlan withTasks(List<TaskHandler> more) {
    return new SwarmPlan(
        settings, data, trustFile, policy, modules, seeds, ports, more, joined, openKafka);
  }

  /**
   * Returns the same input for a process that joins the one with this data directory, if any.
   *
   * @param open where programs without a login of ours reach its Kafka
   */
  public SwarmPlan joining(Optional<Path> running, Optional<String> open) {
    return new SwarmPlan(
        settings, data, trustFile, policy, modules, seeds, ports, tasks, running, open);
  }
}
