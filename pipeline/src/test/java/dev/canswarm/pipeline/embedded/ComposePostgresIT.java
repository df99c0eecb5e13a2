package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.PostgresSettings;
import dev.canswarm.config.Secret;
import dev.canswarm.pipeline.postgres.Migrations;
import dev.canswarm.pipeline.postgres.PipelineRights;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL as docker-compose.yml starts it: made as the image makes it, with the script of the
 * file, which is run as it is; its input for {@code psql} goes to the embedded server. Logins are
 * those of the service {@code pipeline}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposePostgresIT {
  private static final String SUPERUSER = "postgres";

  /** For a login that is refused: no right to the database, no such password. */
  private static final String REFUSED = "42501|28P01|28000|08004";

  private static final int STATEMENT_MILLIS_MAX = 20_000;

  private final Path home;
  private final ComposeFile compose;
  private final int port = FreePorts.any();
  private final ChildServer server;
  private final PostgresEndpoint owner;
  private final PostgresEndpoint pipeline;

  ComposePostgresIT(@TempDir Path home) throws Exception {
    this.home = home;
    this.compose = new ComposeFile(home);
    compose.makeSecrets();
    PostgresSettings settings = compose.settings("pipeline", Map.of()).postgres();
    owner = here(settings.owner().orElseThrow());
    pipeline = here(settings.endpoint().orElseThrow());
    server = start();
    try (Connection postgres = connect(superuser("postgres"))) {
      // By POSTGRES_DB, before the image runs the scripts.
      execute(postgres, "create database " + compose.environment("postgres").get("POSTGRES_DB"));
    }
    runScript();
    Migrations.migrate(pool(owner), pipeline.user());
  }

  @AfterAll
  void stop() throws Exception {
    server.stop();
  }

  private PostgresEndpoint here(PostgresEndpoint at) {
    assertThat(at.host() + ":" + at.port()).isEqualTo("postgres:5432");
    return new PostgresEndpoint(at.user(), at.password(), "127.0.0.1", port, at.database());
  }

  private PostgresEndpoint superuser(String database) throws IOException {
    String file =
        Objects.requireNonNull(compose.environment("postgres").get("POSTGRES_PASSWORD_FILE"));
    Secret password = new Secret(compose.secret(file.replace("/run/secrets/", "")));
    return new PostgresEndpoint(SUPERUSER, password, "127.0.0.1", port, database);
  }

  /** As the image does it: only a password lets in who comes from another container. */
  private ChildServer start() throws Exception {
    Path data = home.resolve("data");
    OwnerOnly.createDirectory(data);
    ServerUser user = ServerUser.of(ServerKind.POSTGRES, data);
    user.own(data);
    Path bin = binaries(user).resolve("bin");
    String postgres = bin.resolve("postgres").toString();
    prepare(
        user,
        List.of(
            bin.resolve("initdb").toString(),
            "--pgdata=" + user.pathOf(data),
            "--username=" + SUPERUSER,
            "--encoding=UTF8",
            "--locale=C"),
        "");
    // The image does it by --pwfile.
    prepare(
        user,
        List.of(postgres, "--single", "-D", user.pathOf(data), SUPERUSER),
        "alter role %s password '%s'\n"
            .formatted(SUPERUSER, superuser("postgres").password().reveal()));
    Path rules = data.resolve("pg_hba.conf");
    Files.writeString(rules, "host all all all scram-sha-256\n");
    user.ownFile(rules);
    assertThat(compose.service("postgres")).as("the server's arguments").doesNotContain("command:");
    return ChildServer.start(
        new ChildServer.Spec(
            ServerKind.POSTGRES,
            "INT",
            user.command(
                List.of(
                    postgres,
                    "-D",
                    user.pathOf(data),
                    "-p",
                    Integer.toString(port),
                    "--listen_addresses=127.0.0.1",
                    "--unix_socket_directories=")),
            data,
            home.resolve("postgres.log"),
            new ChildServer.Readiness(
                "database system is ready to accept connections",
                port,
                StackSettings.DEFAULT_START_MILLIS_MAX)));
  }

  private void prepare(ServerUser user, List<String> command, String input) throws IOException {
    Path log = home.resolve("prepare.log");
    int exit = user.runNamed(command, home.resolve("data"), input, log);
    assertThat(exit).as(Files.readString(log)).isZero();
  }

  private Path binaries(ServerUser user) throws Exception {
    Bundle bundle = PostgresBinaries.bundle();
    for (Path place :
        new BinaryCache(StackSettings.defaults().binaryCache(), home.resolve("binaries"))
            .places()) {
      Path found =
          BinaryCache.unpack(
              place, bundle.name(), target -> PostgresBinaries.unpack(bundle, target));
      if (user.canRun(List.of(found.resolve("bin/postgres").toString(), "-V"))) {
        return found;
      }
    }
    throw BinaryCache.cannotRun(ServerKind.POSTGRES, user);
  }

  /** Runs the script, and then its input for {@code psql}. */
  private void runScript() throws Exception {
    compose.program("psql", "for a in \"$@\"; do echo \"$a\"; done >psql.options; cat >psql.sql");
    compose.run(compose.config("postgres-roles"), Map.of());
    Map<String, String> options = new TreeMap<>();
    Map<String, String> variables = new TreeMap<>();
    for (String option : Files.readAllLines(home.resolve("psql.options"))) {
      String[] parts = option.split("=", 3);
      if (parts[0].equals("--set")) {
        variables.put(parts[1], parts[2]);
      } else {
        options.put(parts[0], parts[1]);
      }
    }
    assertThat(variables.remove("ON_ERROR_STOP")).isEqualTo("1");
    assertThat(options).containsOnlyKeys("--username", "--dbname");
    String sql = Files.readString(home.resolve("psql.sql"));
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      sql = sql.replace(":'" + variable.getKey() + "'", "'" + variable.getValue() + "'");
    }
    assertThat(options).containsEntry("--username", SUPERUSER);
    String database = Objects.requireNonNull(options.get("--dbname"));
    try (Connection connection = connect(superuser(database))) {
      for (String statement : sql.split(";\n", -1)) {
        if (!statement.isBlank()) {
          execute(connection, statement);
        }
      }
    }
  }

  private static void execute(Connection connection, String statement) throws SQLException {
    try (Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  private static Connection connect(PostgresEndpoint at) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database()),
        at.user(),
        at.password().reveal());
  }

  private static PostgresPoolSettings pool(PostgresEndpoint at) {
    return new PostgresPoolSettings(
        new PostgresPoolSettings.Address(
            at.host(), at.port(), at.database(), at.user(), at.password().reveal()),
        1,
        STATEMENT_MILLIS_MAX);
  }

  private static void assertRefused(PostgresEndpoint login) {
    assertThatThrownBy(() -> connect(login).close())
        .as("%s at %s", login.user(), login.database())
        .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
        .satisfies(refused -> assertThat(refused.getSQLState()).matches(REFUSED));
  }

  @Test
  void thePipelineFindsTheTablesAndInsertsIntoTheOpLogAndReadsIt() throws Exception {
    Migrations.check(pool(pipeline));
    try (Connection connection = connect(pipeline)) {
      PipelineRights.assertThatItInsertsAndReads(connection);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.canswarm.pipeline.postgres.PipelineRights#refused")
  void thePipelineCanChangeNothingThatWasSaid(String statement) throws Exception {
    try (Connection connection = connect(pipeline)) {
      PipelineRights.assertThatItIsRefused(connection, statement);
    }
  }

  @Test
  void thePipelineMakesNothingOfItsOwn() throws Exception {
    try (Connection connection = connect(pipeline)) {
      PipelineRights.assertThatItIsRefused(connection, "create temporary table mine (x int)");
      PipelineRights.assertThatItIsRefused(connection, "create schema mine");
      PipelineRights.assertThatItIsRefused(connection, "set role " + owner.user());
      PipelineRights.assertThatItIsRefused(connection, "create database another");
    }
  }

  @Test
  void theOwnerOfTheTablesHasNoRightsOverTheServer() throws Exception {
    try (Connection connection = connect(owner)) {
      execute(connection, "create table made_by_owner (x int)");
      execute(connection, "drop table made_by_owner");
      for (String statement :
          List.of(
              "select pg_read_file('pg_hba.conf')",
              "copy oplog to program 'cat'",
              "create role another superuser",
              "create database another",
              "alter system set fsync = off",
              "set role postgres",
              "select * from pg_authid")) {
        PipelineRights.assertThatItIsRefused(connection, statement);
      }
    }
  }

  @Test
  void nobodyElseGetsIn() throws Exception {
    for (PostgresEndpoint login : List.of(owner, pipeline, superuser("swarm"))) {
      connect(login).close();
      for (String wrong : new String[] {"", login.user(), "postgres"}) {
        assertThatThrownBy(() -> connect(login.withPassword(new Secret(wrong))).close())
            .hasMessageContaining("password");
      }
    }
    assertRefused(owner.withPassword(pipeline.password()));
    try (Connection postgres = connect(superuser("swarm"))) {
      execute(postgres, "create role stranger login password 'known'");
    }
    assertRefused(
        new PostgresEndpoint("stranger", new Secret("known"), "127.0.0.1", port, "swarm"));
  }
}
