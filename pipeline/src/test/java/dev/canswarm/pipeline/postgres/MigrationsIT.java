package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class MigrationsIT {
  @Test
  void severalProcessesMayMigrateAtOnceAndAgain() {
    TestDatabase database = TestDatabase.createEmpty("migrations_it");
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> Migrations.migrate(database.settings())),
            CompletableFuture.runAsync(() -> Migrations.migrate(database.settings())))
        .join();
    Migrations.migrate(database.settings());
    PostgresSlotStore store = new PostgresSlotStore(database.settings());
    assertThat(store.nextEpoch().block()).isEqualTo(1);
    store.closeLater().block();
  }

  @Test
  void aDatabaseThatIsNotThereFailsAtOnceAndSaysWhich() {
    PostgresSettings there = TestDatabase.createEmpty("migrations_it").settings();
    PostgresSettings gone =
        new PostgresSettings(
            there.host(), there.port(), "no_such_database", there.user(), "secret", 1, 1, 1_000);
    assertThatThrownBy(() -> Migrations.migrate(gone))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no_such_database")
        .hasMessageNotContaining("secret");
  }
}
