package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.FailureStore;
import dev.canswarm.port.FailureStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresFailureStoreIT extends FailureStoreContract {
  private PostgresSlotStore store;

  @BeforeAll
  void open() {
    store = new PostgresSlotStore(TestDatabase.create("failure_store_it").settings());
  }

  @AfterAll
  void close() {
    store.closeLater().block();
  }

  @Override
  protected FailureStore store() {
    return store.failures();
  }
}
