package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory of version 0.1, in which everything is open, is closed by its next start. */
class StackUpgradeIT {
  private final Path data;

  StackUpgradeIT(@TempDir Path temp) {
    this.data = temp.resolve("data");
  }

  @Test
  void anOpenDirectoryIsClosedInPlaceAndKeepsItsData() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(data, Ports.anyFree(), StartListener.none())) {
      StackClients clients = new StackClients(stack);
      clients.writeEverywhere("kept");
      clients.sql("create view seen as select * from kept");
      clients.sql("create sequence counted");
      clients.sql("create function one() returns int language sql as 'select 1'");
      clients.sql("alter database postgres owner to postgres");
      clients.sql("drop owned by swarm_owner, swarm_pipeline");
      clients.sql("drop role swarm_owner, swarm_pipeline");
    }
    openAsBefore();
    try (EmbeddedStack stack = EmbeddedStack.start(data, Ports.anyFree(), StartListener.none())) {
      StackClients clients = new StackClients(stack);
      assertThat(clients.readEverywhere()).containsExactly("kept", "kept", "kept");
      assertThat(
              clients.query(
                  "select string_agg(distinct pg_get_userbyid(relowner), ',') from pg_class where"
                      + " relname in ('kept', 'seen', 'counted')"))
          .isEqualTo("swarm_owner");
      assertThat(clients.query("select pg_get_userbyid(proowner) from pg_proc where proname='one'"))
          .isEqualTo("swarm_owner");
      try (Connection pipeline = clients.jdbc(PostgresRole.PIPELINE);
          Statement statement = pipeline.createStatement()) {
        assertThatThrownBy(() -> statement.execute("delete from kept"))
            .isInstanceOf(SQLException.class);
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    try (var secrets = Files.list(data.resolve("secrets"))) {
      assertThat(secrets)
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  private void openAsBefore() throws Exception {
    FileTrees.delete(data.resolve("secrets"));
    Files.delete(data.resolve("postgres/roles"));
    Path rules = data.resolve("postgres/data/pg_hba.conf");
    Files.writeString(rules, "host all all 127.0.0.1/32 trust\n");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (ServerUser.isRoot()) {
      assertThat(Commands.succeeds(List.of("chown", "-R", "0:0", data.toString()))).isTrue();
    }
  }
}
