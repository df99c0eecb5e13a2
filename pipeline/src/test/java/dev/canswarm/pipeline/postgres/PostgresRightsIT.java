package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.SharedStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the embedded PostgreSQL refuses, and to whom. */
final class PostgresRightsIT {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final TestDatabase DATABASE = TestDatabase.create("rights_it");

  @ParameterizedTest
  @EnumSource(PostgresRole.class)
  void nobodyLogsInWithoutTheRightPassword(PostgresRole role) {
    PostgresEndpoint at = SharedStack.get().postgres(role);
    String url = "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database());
    for (String password : new String[] {"", "postgres", at.user()}) {
      assertThatThrownBy(() -> DriverManager.getConnection(url, at.user(), password).close())
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .satisfies(
              refused -> {
                // Without a password, the driver itself stops when the server asks for one.
                assertThat(refused.getSQLState()).matches("(28|08)...");
                assertThat(refused.getMessage()).contains("password");
              });
    }
  }

  @ParameterizedTest
  @MethodSource("dev.canswarm.pipeline.postgres.PipelineRights#refused")
  void thePipelineCanChangeNothingThatWasSaid(String statement) throws SQLException {
    try (Connection connection = DATABASE.connectAsPipeline()) {
      PipelineRights.assertThatItIsRefused(connection, statement);
    }
  }

  @Test
  void thePipelineInsertsIntoTheOpLogAndReadsIt() throws SQLException {
    try (Connection connection = DATABASE.connectAsPipeline()) {
      PipelineRights.assertThatItInsertsAndReads(connection);
    }
  }

  @Test
  void theOwnerOfTheTablesIsNotASuperuserAndReadsNoFiles() throws SQLException {
    PostgresPoolSettings.Address owner = DATABASE.owner().address();
    String url = "jdbc:postgresql://" + owner.host() + ":" + owner.port() + "/" + owner.database();
    try (Connection connection = DriverManager.getConnection(url, owner.user(), owner.password());
        Statement run = connection.createStatement()) {
      assertThatThrownBy(() -> run.execute("select pg_read_file('pg_hba.conf')"))
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .extracting(SQLException::getSQLState)
          .isEqualTo(INSUFFICIENT_PRIVILEGE);
    }
  }
}
