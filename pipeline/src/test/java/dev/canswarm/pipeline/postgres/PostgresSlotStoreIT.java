package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.SlotStore;
import dev.canswarm.port.SlotStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresSlotStoreIT extends SlotStoreContract {
  private PostgresSlotStore store;

  @BeforeAll
  void open() {
    store = new PostgresSlotStore(TestDatabase.create("slot_store_it").settings());
  }

  @AfterAll
  void close() {
    store.closeLater().block();
  }

  @Override
  protected SlotStore store() {
    return store;
  }
}
