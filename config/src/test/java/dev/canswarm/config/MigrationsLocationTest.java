package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MigrationsLocationTest {
  @Test
  void theFirstMigrationIsThere() {
    String folder = MigrationsLocation.FLYWAY.replace("classpath:", "/");

    assertThat(MigrationsLocation.class.getResource(folder + "/V1__oplog.sql")).isNotNull();
  }
}
