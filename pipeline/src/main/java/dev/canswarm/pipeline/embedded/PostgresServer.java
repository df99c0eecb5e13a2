package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Prepares PostgreSQL's binaries and data, and launches the server. */
final class PostgresServer {

  static final String DIRECTORY = "postgres";

  /**
   * The attempts to start: the backends of a killed server take a moment to end, and PostgreSQL
   * refuses to start before that.
   */
  private static final int SHARED_MEMORY_ATTEMPTS_MAX = 5;

  private final Path base;
  private final Path data;
  private final Path logs;
  private final StackSettings settings;
  private final Path binaries;
  private final PostgresUser user;

  private PostgresServer(
      Path base, Path logs, StackSettings settings, Path binaries, PostgresUser user) {
    this.base = base;
    this.data = base.resolve("data");
    this.logs = logs;
    this.settings = settings;
    this.binaries = binaries;
    this.user = user;
  }

  /**
   * Unpacks the binaries if necessary, finds an OS user that can run them, and initialises the data
   * directory if it is new.
   *
   * @param users the candidates in order of preference
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM, NOT_WRITABLE or SERVER_FAILED
   */
  static PostgresServer prepare(
      DataDirectory directory,
      Path logs,
      StackSettings settings,
      List<PostgresUser> users,
      StartListener listener)
      throws EmbeddedStackException {
    Path base = directory.resolve(DIRECTORY);
    BinaryCache cache = new BinaryCache(settings.binaryCache(), directory.resolve("bin"));
    Bundle bundle = PostgresBinaries.bundle();
    try {
      Files.createDirectories(base);
      for (PostgresUser user : users) {
        user.admit(directory.root());
        user.admit(base);
        for (Path place : cache.places()) {
          Path binaries =
              BinaryCache.unpack(
                  place,
                  bundle.name(),
                  target -> {
                    listener.preparing(ServerKind.POSTGRES, "unpacking PostgreSQL (once)");
                    PostgresBinaries.unpack(bundle, target);
                  });
          if (user.canRun(binaries)) {
            PostgresServer server = new PostgresServer(base, logs, settings, binaries, user);
            server.initialise(listener);
            return server;
          }
        }
      }
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "cannot prepare PostgreSQL in %s (%s); free some space or pass another --data"
              .formatted(base, e),
          e);
    }
    throw cannotRun(directory, users);
  }

  private static EmbeddedStackException cannotRun(
      DataDirectory directory, List<PostgresUser> users) {
    String message =
        users.contains(PostgresUser.SELF)
            ? "PostgreSQL's binaries do not run on this machine (they need glibc); name servers of"
                + " your own in the configuration"
            : "PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv' gets it down"
                + " to a user that reaches "
                + directory.root()
                + "; run as an ordinary user, or pass a --data that every user can pass to, as"
                + " under /tmp";
    return new EmbeddedStackException(Kind.UNSUPPORTED_PLATFORM, message);
  }

  private void initialise(StartListener listener) throws IOException, EmbeddedStackException {
    if (Files.exists(data)) {
      user.own(data);
      return;
    }
    listener.preparing(ServerKind.POSTGRES, "initialising PostgreSQL's data");
    Path fresh =
        base.resolve("data.new"); // A killed initdb leaves this directory, never incomplete data
    FileTrees.delete(fresh);
    Files.createDirectory(fresh);
    user.own(fresh);
    if (!user.canWrite(fresh)) {
      throw new EmbeddedStackException(
          Kind.UNSUPPORTED_PLATFORM,
          "PostgreSQL's user cannot reach %s; pass a --data that every user can pass to, as under"
                  .formatted(fresh)
              + " /tmp");
    }
    Path log = logs.resolve("initdb.log");
    List<String> command =
        List.of(
            binaries.resolve("bin/initdb").toString(),
            "--pgdata=" + fresh,
            "--username=" + EmbeddedStack.POSTGRES_USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions");
    if (Commands.run(user.command(command), log) != 0) {
      throw new EmbeddedStackException(
          Kind.SERVER_FAILED,
          "initdb failed; its output is in %s and is:\n%s"
              .formatted(log, Files.readString(log, StandardCharsets.ISO_8859_1).strip()));
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Launches the server.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED
   */
  ChildServer launch(int port) throws EmbeddedStackException {
    List<String> command =
        List.of(
            binaries.resolve("bin/postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "--listen_addresses=127.0.0.1",
            "--unix_socket_directories=",
            "--fsync=on",
            "--synchronous_commit=on",
            "--max_connections=" + settings.postgresConnectionsMax(),
            "--log_destination=stderr",
            "--logging_collector=off",
            "--lc_messages=C");
    ChildServer.Spec spec =
        new ChildServer.Spec(
            ServerKind.POSTGRES,
            "INT", // the fast shutdown, which disconnects clients
            user.command(command),
            logs.resolve("postgres.log"),
            "database system is ready to accept connections",
            port,
            settings.startMillisMax());
    for (int attempt = 1; ; attempt++) {
      try {
        return ChildServer.start(spec);
      } catch (EmbeddedStackException e) {
        if (attempt == SHARED_MEMORY_ATTEMPTS_MAX || !leftShared(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean leftShared(EmbeddedStackException failure) {
    return String.valueOf(failure.getMessage()).contains("pre-existing shared memory block");
  }
}
