package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresRolesTest {
  private final StackSecrets secrets;
  private final List<String> lines;

  PostgresRolesTest(@TempDir Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data.resolve("data"))) {
      secrets = StackSecrets.ensure(directory);
    }
    lines = PostgresRoles.sql(secrets).lines().toList();
  }

  /** psql and the single-user mode read one statement a line. */
  @Test
  void eachStatementIsALine() {
    assertThat(PostgresRoles.sql(secrets)).endsWith("\n");
    assertThat(lines)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).matches("(set|do|alter|revoke|grant) .*"));
  }

  @Test
  void everyRoleGetsItsPassword() {
    for (PostgresRole role : PostgresRole.values()) {
      String password = secrets.of(role).reveal();
      assertThat(lines)
          .filteredOn(line -> line.contains(password))
          .singleElement()
          .asString()
          .startsWith("alter role " + role.user() + " ");
    }
  }

  @Test
  void onlyTheSuperuserKeepsItsRights() {
    assertThat(lines)
        .filteredOn(line -> line.contains("nosuperuser nocreatedb nocreaterole"))
        .extracting(line -> line.split(" ")[2])
        .containsExactly(PostgresRole.OWNER.user(), PostgresRole.PIPELINE.user());
  }

  @Test
  void theOwnerOwnsWhatAnOlderVersionLeftToTheSuperuser() {
    assertThat(lines)
        .contains("alter database postgres owner to swarm_owner")
        .anyMatch(line -> line.contains("alter function %s owner to swarm_owner"))
        .anyMatch(line -> line.contains("alter %s %s owner to swarm_owner"));
  }

  @Test
  void thePipelineMayConnectAndTheRestOfTheWorldMayNot() {
    assertThat(lines)
        .containsSubsequence(
            "revoke all on database postgres from public",
            "grant connect on database postgres to swarm_pipeline");
  }
}
