package dev.canswarm.pipeline.embedded;

import dev.canswarm.crypto.Sha256;
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

  private static final String DATA = "data";
  private static final String PROGRAM = "bin/postgres";

  /** Contains the digest of the SQL that the data has seen. */
  private static final String ROLES_FILE = "roles";

  private static final String HOST_RULES =
      """
      # Written at every start.
      host all all 127.0.0.1/32 scram-sha-256
      """;

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
  private final ServerUser user;
  private final StackSecrets secrets;

  private PostgresServer(
      Path base,
      Path logs,
      StackSettings settings,
      Path binaries,
      ServerUser user,
      StackSecrets secrets) {
    this.base = base;
    this.data = base.resolve(DATA);
    this.logs = logs;
    this.settings = settings;
    this.binaries = binaries;
    this.user = user;
    this.secrets = secrets;
  }

  /**
   * Unpacks the binaries if necessary, initialises the data directory if it is new, and makes the
   * roles and their passwords if these are new.
   *
   * @throws EmbeddedStackException UNSUPPORTED_PLATFORM, NOT_WRITABLE or SERVER_FAILED
   */
  static PostgresServer prepare(
      DataDirectory directory,
      Path logs,
      StackSettings settings,
      StackSecrets secrets,
      StartListener listener)
      throws EmbeddedStackException {
    Path base = directory.resolve(DIRECTORY);
    BinaryCache cache = new BinaryCache(settings.binaryCache(), directory.resolve("bin"));
    Bundle bundle = PostgresBinaries.bundle();
    try {
      Files.createDirectories(base);
      ServerUser user = ServerUser.of(ServerKind.POSTGRES, base.resolve(DATA));
      for (Path place : cache.places()) {
        Path binaries =
            BinaryCache.unpack(
                place,
                bundle.name(),
                target -> {
                  listener.preparing(ServerKind.POSTGRES, "unpacking PostgreSQL (once)");
                  PostgresBinaries.unpack(bundle, target);
                });
        if (user.canRun(List.of(binaries.resolve(PROGRAM).toString(), "-V"))) {
          PostgresServer server = new PostgresServer(base, logs, settings, binaries, user, secrets);
          server.initialise(listener);
          server.makeRoles(listener);
          return server;
        }
      }
      throw BinaryCache.cannotRun(ServerKind.POSTGRES, user);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "cannot prepare PostgreSQL in %s (%s); free some space or pass another --data"
              .formatted(base, e),
          e);
    }
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
    OwnerOnly.createDirectory(fresh);
    user.own(fresh);
    List<String> command =
        List.of(
            binaries.resolve("bin/initdb").toString(),
            "--pgdata=" + user.pathOf(fresh),
            "--username=" + PostgresRole.SUPERUSER.user(),
            "--auth=trust", // replaced before the server listens
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions");
    Path log = logs.resolve("initdb.log");
    if (user.runNamed(command, fresh, "", log) != 0) {
      throw failed("initdb", log);
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Creates missing roles on a server without a listener. */
  private void makeRoles(StartListener listener) throws IOException, EmbeddedStackException {
    String sql = PostgresRoles.sql(secrets);
    Path marker = base.resolve(ROLES_FILE);
    String digest = Sha256.hex(sql.getBytes(StandardCharsets.UTF_8)) + "\n";
    if (Files.exists(marker)
        && Files.readString(marker, StandardCharsets.ISO_8859_1).equals(digest)) {
      return;
    }
    listener.preparing(ServerKind.POSTGRES, "making PostgreSQL's roles");
    List<String> command =
        List.of(
            binaries.resolve(PROGRAM).toString(),
            "--single",
            "-D",
            user.pathOf(data),
            "-c",
            "log_min_error_statement=panic", // a statement has a password
            EmbeddedStack.POSTGRES_DATABASE);
    Path log = logs.resolve("postgres-roles.log");
    // It exits 0 even if a statement fails.
    if (user.runNamed(command, data, sql, log) != 0
        || Files.readString(log, StandardCharsets.ISO_8859_1).contains("ERROR:")) {
      throw failed("making PostgreSQL's roles", log);
    }
    OwnerOnly.write(marker, digest);
  }

  private static EmbeddedStackException failed(String what, Path log) throws IOException {
    return new EmbeddedStackException(
        Kind.SERVER_FAILED,
        "%s failed; its output is in %s and is:\n%s"
            .formatted(what, log, Files.readString(log, StandardCharsets.ISO_8859_1).strip()));
  }

  /**
   * Only a password opens the server. Written at every start: an older version trusted everyone.
   */
  private void writeHostRules() throws EmbeddedStackException {
    Path file = data.resolve("pg_hba.conf");
    try {
      Path fresh = data.resolve("pg_hba.conf.swarm");
      OwnerOnly.write(fresh, HOST_RULES);
      user.ownFile(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EmbeddedStackException(Kind.NOT_WRITABLE, "cannot write " + file, e);
    }
  }

  /**
   * Launches the server.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED
   */
  ChildServer launch(int port) throws EmbeddedStackException {
    writeHostRules();
    List<String> command =
        List.of(
            binaries.resolve(PROGRAM).toString(),
            "-D",
            user.pathOf(data),
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
            data,
            logs.resolve("postgres.log"),
            new ChildServer.Readiness(
                "database system is ready to accept connections", port, settings.startMillisMax()));
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
