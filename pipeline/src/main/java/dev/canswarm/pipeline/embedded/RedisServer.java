package dev.canswarm.pipeline.embedded;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Prepares Redis's binary and data, and launches the server. */
final class RedisServer {

  static final String DIRECTORY = "redis";
  static final String PID_FILE = "redis.pid";

  static final String DATA = "data";

  private static final String PROGRAM = "redis-server";
  private static final String USERS_FILE = "users.acl";

  private final Path data;
  private final Path logs;
  private final StackSettings settings;
  private final Path program;
  private final ServerUser user;

  private RedisServer(Path data, Path logs, StackSettings settings, Path program, ServerUser user) {
    this.data = data;
    this.logs = logs;
    this.settings = settings;
    this.program = program;
    this.user = user;
  }

  /**
   * Unpacks the binary if necessary, and writes the users.
   *
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM or NOT_WRITABLE
   */
  static RedisServer prepare(
      DataDirectory directory, Path logs, StackSettings settings, StackSecrets secrets)
      throws EmbeddedStackException {
    Path data = directory.resolve(DIRECTORY).resolve(DATA);
    String architecture = Bundle.isArm64() ? "arm64" : "amd64";
    Bundle bundle =
        Bundle.find(ServerKind.REDIS, "/redis-server-7.0.15-" + Bundle.os() + "-" + architecture);
    BinaryCache cache = new BinaryCache(settings.binaryCache(), directory.resolve("bin"));
    try {
      OwnerOnly.createDirectory(data);
      ServerUser user = ServerUser.of(ServerKind.REDIS, data);
      user.own(data);
      writeUsers(data, secrets, user);
      for (Path place : cache.places()) {
        Path program =
            BinaryCache.unpack(place, bundle.name(), target -> unpack(bundle, target))
                .resolve(PROGRAM);
        if (user.canRun(List.of(program.toString(), "--version"))) {
          return new RedisServer(data, logs, settings, program, user);
        }
      }
      throw BinaryCache.cannotRun(ServerKind.REDIS, user);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "cannot prepare Redis in %s (%s); free some space or pass another --data"
              .formatted(data, e),
          e);
    }
  }

  /** Written at every start: an older version let everyone in. */
  private static void writeUsers(Path data, StackSecrets secrets, ServerUser user)
      throws IOException {
    StringBuilder users = new StringBuilder("user default off resetpass resetkeys -@all\n");
    for (RedisUser one : RedisUser.values()) {
      byte[] password = secrets.of(one).reveal().getBytes(StandardCharsets.US_ASCII);
      users
          .append("user ")
          .append(one.user())
          .append(" on #")
          .append(Sha256.hex(password))
          .append(' ')
          .append(one.rules())
          .append('\n');
    }
    Path fresh = data.resolve(USERS_FILE + ".swarm");
    OwnerOnly.write(fresh, users.toString());
    user.ownFile(fresh);
    Files.move(
        fresh,
        data.resolve(USERS_FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
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
            user.pathOf(data),
            "--aclfile",
            USERS_FILE, // in that directory, like the pid file
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--protected-mode",
            "yes",
            "--daemonize",
            "no",
            "--pidfile",
            PID_FILE,
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
            user.command(command),
            data,
            logs.resolve("redis.log"),
            new ChildServer.Readiness(
                "Ready to accept connections", port, settings.startMillisMax())));
  }
}
