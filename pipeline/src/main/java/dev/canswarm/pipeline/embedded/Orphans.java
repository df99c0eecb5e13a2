package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops servers that an earlier process left on a data directory. They are still shutting down, or
 * still run because their guarding shell was killed too. The caller must hold the directory's lock.
 */
final class Orphans {

  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

  private static final long STOP_MILLIS_MAX = 12_000;
  private static final long KILL_MILLIS_MAX = 5_000;

  private Orphans() {}

  /** Stops all servers that run on the data directory, and waits for their end. */
  static void stopAll(Path dataDirectory) {
    Path postgres = dataDirectory.resolve(PostgresServer.DIRECTORY).resolve("data");
    Path pidFile = postgres.resolve("postmaster.pid");
    stop(pidFile, postgres, "INT");
    removeForeign(pidFile, postgres);
    Path redis = dataDirectory.resolve(RedisServer.DIRECTORY);
    Path redisData = redis.resolve(RedisServer.DATA);
    stop(redisData.resolve(RedisServer.PID_FILE), redisData, "TERM");
    stop(redis.resolve(RedisServer.PID_FILE), redisData, "TERM"); // of an older version
  }

  private static void stop(Path pidFile, Path serverData, String signal) {
    process(pidFile)
        .filter(process -> servesData(process, serverData))
        .ifPresent(
            process -> {
              LOG.info("stopping process {} that was left on {}", process.pid(), serverData);
              List<ProcessHandle> tree = Signals.tree(process);
              Signals.send("CONT", tree);
              Signals.send(signal, List.of(process));
              if (!Signals.awaitExit(process, STOP_MILLIS_MAX)) {
                Signals.killAndWait(Signals.tree(process), KILL_MILLIS_MAX);
              }
              Signals.killAndWait(tree, KILL_MILLIS_MAX);
            });
  }

  /**
   * Whether the command line names the directory, or names the working directory and that is this
   * one. The process id alone is not sufficient, since it may have been recycled.
   */
  private static boolean servesData(ProcessHandle process, Path serverData) {
    String commandLine = process.info().commandLine().orElse("") + " ";
    return commandLine.contains(" " + serverData + " ")
        || (commandLine.contains(" " + ServerUser.CURRENT_DIRECTORY + " ")
            && worksIn(process, serverData));
  }

  private static boolean worksIn(ProcessHandle process, Path directory) {
    try {
      Path link = Path.of("/proc", Long.toString(process.pid()), "cwd");
      return Files.readSymbolicLink(link).equals(directory);
    } catch (IOException | UnsupportedOperationException gone) {
      return false;
    }
  }

  /**
   * Removes a stale pid file. PostgreSQL refuses to start if its file names any live process, as
   * can happen in a container, where process ids start over.
   */
  private static void removeForeign(Path pidFile, Path serverData) {
    process(pidFile)
        .filter(process -> !servesData(process, serverData))
        .ifPresent(
            process -> {
              LOG.info("{} names process {}, which is another one", pidFile, process.pid());
              try {
                Files.deleteIfExists(pidFile);
              } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", pidFile, e.toString());
              }
            });
  }

  private static Optional<ProcessHandle> process(Path pidFile) {
    try {
      String first =
          Files.readString(pidFile, StandardCharsets.US_ASCII).lines().findFirst().orElse("");
      return ProcessHandle.of(Long.parseLong(first.strip())).filter(ProcessHandle::isAlive);
    } catch (IOException | NumberFormatException none) {
      return Optional.empty();
    }
  }
}
