package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.postgres.OpenNeedsReader.OpenNeeds;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OpenNeedsReaderIT {
  private static final long DUE = 1_000_000;

  @Test
  void eachOpenNeedIsInTheStateOfItsFurthestMessage() {
    TestDatabase database = TestDatabase.create("open_needs_reader_it");
    PostgresSlotStore store = new PostgresSlotStore(database.settings());
    OpenNeedsReader reader = new OpenNeedsReader(database.settings());
    OpenNeeds none = reader.read().blockOptional().orElseThrow();
    assertThat(none.total()).isZero();
    assertThat(none.byState()).isEmpty();
    assertThat(none.oldest()).isEmpty();

    store
        .store(
            TurnWrite.ofTimers(
                List.of(
                    new OpenNeed(new NeedId("waited-for"), new ThreadId("t"), null, 0, DUE, 0),
                    timer("new"),
                    timer("planned"),
                    timer("decided"),
                    timer("working-1"),
                    timer("working-2"),
                    timer("verifying"),
                    timer("ending"))))
        .block();
    StoredRows.fill(
            store,
            rows(
                List.of("planned", "decided", "working-1", "working-2", "verifying", "ending"),
                Verb.PROPOSE))
        .block();
    StoredRows.fill(
            store,
            rows(List.of("decided", "working-1", "working-2", "verifying", "ending"), Verb.DECIDE))
        .block();
    StoredRows.fill(
            store, rows(List.of("working-1", "working-2", "verifying", "ending"), Verb.CLAIM))
        .block();
    StoredRows.fill(store, rows(List.of("verifying", "ending"), Verb.COMMIT)).block();
    StoredRows.fill(store, rows(List.of("ending", "over"), Verb.FINALIZE)).block();
    database.execute("update open_needs set stored_ms = stored_ms - 90000 where need_id = 'new'");

    OpenNeeds found = reader.read().blockOptional().orElseThrow();
    assertThat(found.total()).isEqualTo(8);
    assertThat(found.byState())
        .isEqualTo(
            Map.of(
                OpenState.AWAITED,
                1L,
                OpenState.NEW,
                1L,
                OpenState.PLANNED,
                1L,
                OpenState.DECIDED,
                1L,
                OpenState.WORKING,
                2L,
                OpenState.VERIFYING,
                1L,
                OpenState.ENDING,
                1L));
    assertThat(found.oldest())
        .hasValueSatisfying(
            oldest -> {
              assertThat(oldest.needId()).isEqualTo(new NeedId("new"));
              assertThat(oldest.threadId()).isEqualTo(new ThreadId("thread of new"));
              assertThat(oldest.ageMillis()).isBetween(90_000L, 150_000L);
            });
    reader.closeLater().block();
    store.closeLater().block();
  }

  private static OpenNeed timer(String needId) {
    return new OpenNeed(
        new NeedId(needId), new ThreadId("thread of " + needId), "NEED/" + needId, 0, DUE, 0);
  }

  private static List<SlotRow> rows(List<String> needIds, Verb verb) {
    List<SlotRow> rows = new ArrayList<>();
    needIds.forEach(id -> rows.add(TestRows.row(id, verb.name() + "/" + id, verb, id + verb)));
    return rows;
  }
}
