package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is to be started.
 *
 * @param data this process's own directory, locked; the caller closes it
 * @param trustFile that of {@code data}, of the joined directory, or one that was named
 * @param policy the policy's bytes
 * @param seeds of keys that are made
 * @param ports of embedded servers
 * @param tasks what workers can do beside what is built in and configured
 * @param joined the running stack's data directory whose keys and artifacts are used
 */
public record SwarmPlan(
    SwarmSettings settings,
    DataDirectory data,
    Path trustFile,
    byte[] policy,
    SeedSource seeds,
    Ports ports,
    List<TaskHandler> tasks,
    Optional<Path> joined) {}
