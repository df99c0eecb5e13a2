package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Prepares Redis's binary and data, and launches the server. */
final class RedisServer {

  static final String DIRECTORY = "redis";
  static final String PID_FILE = "redis.pid";

  private static final String PROGRAM = "redis-server";

  private final Path base;
  private final Path logs;
  private final StackSettings settings;
  private final Path program;

  private RedisServer(Path base, Path logs, StackSettings settings, Path program) {
    this.base = base;
    this.logs = logs;
    this.settings = settings;
    this.program = program;
  }

  /**
   * Unpacks the binary if necessary.
   *
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM or NOT_WRITABLE
   */
  static RedisServer prepare(DataDirectory directory, Path logs, StackSettings settings)
      throws EmbeddedStackException {
    Path base = directory.resolve(DIRECTORY);
    String architecture = Bundle.isArm64() ? "arm64" : "amd64";
    Bundle bundle =
        Bundle.find(ServerKind.REDIS, "/redis-server-7.0.15-" + Bundle.os() + "-" + architecture);
    BinaryCache cache = new BinaryCache(settings.binaryCache(), directory.resolve("bin"));
    try {
      Files.createDirectories(base.resolve("data"));
      for (Path place : cache.places()) {
        Path program =
            BinaryCache.unpack(place, bundle.name(), target -> unpack(bundle, target))
                .resolve(PROGRAM);
        if (Commands.succeeds(List.of(program.toString(), "--version"))) {
          return new RedisServer(base, logs, settings, program);
        }
      }
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "cannot prepare Redis in %s (%s); free some space or pass another --data"
              .formatted(base, e),
          e);
    }
    throw new EmbeddedStackException(
        Kind.UNSUPPORTED_PLATFORM,
        "Redis's binary does not run on this machine; name servers of your own in the"
            + " configuration");
  }

  private static void unpack(Bundle bundle, Path directory) throws IOException {
    Path program = directory.resolve(PROGRAM);
    try (InputStream in = bundle.open()) {
      Files.copy(in, program);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Launches the server.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED
   */
  ChildServer launch(int port) throws EmbeddedStackException {
    List<String> command =
        List.of(
            program.toString(),
            // Orphans finds the data directory on the command line. The JDK truncates a command
            // line at an empty argument, so --save comes last.
            "--set-proc-title",
            "no",
            "--dir",
            base.resolve("data").toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--protected-mode",
            "yes",
            "--daemonize",
            "no",
            "--pidfile",
            base.resolve(PID_FILE).toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--maxmemory-policy",
            "noeviction",
            "--save",
            "");
    return ChildServer.start(
        new ChildServer.Spec(
            ServerKind.REDIS,
            "TERM",
            command,
            base.resolve("data"),
            logs.resolve("redis.log"),
            "Ready to accept connections",
            port,
            settings.startMillisMax()));
  }
}
