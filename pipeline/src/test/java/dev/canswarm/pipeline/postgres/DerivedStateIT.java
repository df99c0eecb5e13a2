package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.postgres.DerivedState.Page;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.plan.SampleOps;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Merging in PostgreSQL follows the same laws as in memory, and gives the same results. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DerivedStateIT {
  private static final int CASES = 40;
  private static final int VARIANTS = 4;

  private final TestDatabase database = TestDatabase.create("derived_state_it");
  private final DerivedState derived = new DerivedState(database.settings());

  /**
   * Stores the operations of each case several times, distributed differently over the rows of a
   * separate scope.
   */
  @BeforeAll
  void store() {
    PostgresSlotStore store = new PostgresSlotStore(database.settings());
    for (int number = 0; number < CASES; number++) {
      List<PlanOp> ops = SampleOps.of(new Random(number));
      for (int variant = 0; variant < VARIANTS; variant++) {
        StoredRows.fill(store, rows(number, variant, ops)).block();
      }
    }
    store.closeLater().block();
  }

  @AfterAll
  void close() {
    derived.closeLater().block();
  }

  private static String scope(int number, int variant) {
    return "case-%02d-%d".formatted(number, variant);
  }

  private static List<SlotRow> rows(int number, int variant, List<PlanOp> ops) {
    String scope = scope(number, variant);
    List<List<PlanOp>> parts =
        variant == 0
            ? List.of(ops)
            : SampleOps.scattered(ops, new Random(1000L * number + variant));
    List<SlotRow> rows = new ArrayList<>();
    for (List<PlanOp> part : parts) {
      int row = rows.size();
      String json = PlanOp.toJson(part);
      rows.add(
          SlotRow.at(scope, "S/" + row)
              .id(scope + "/" + row)
              .need(new NeedId("need-" + number), new ThreadId("thread"))
              .kind(SlotRow.VERDICT)
              .sender("")
              .time(row, 0)
              .bytes(new byte[0])
              .ops(json)
              .storedMillis(0)
              .build());
    }
    return rows;
  }

  /** Returns the rows of a view by scope, without their scope column. */
  private static SortedMap<String, List<String>> byScope(
      List<Page> pages, String view, boolean stored) {
    TreeMap<String, List<String>> lines = new TreeMap<>();
    for (Page page : pages) {
      for (String line : (stored ? page.stored() : page.merged()).getOrDefault(view, NONE)) {
        String scope = line.replaceAll(".*\"scope\":\"([^\"]*)\".*", "$1");
        lines.computeIfAbsent(scope, unused -> new ArrayList<>()).add(line.replace(scope, "*"));
      }
    }
    return lines;
  }

  private static final SortedSet<String> NONE = new TreeSet<>();

  @Test
  void anyOrderRepetitionAndPartitionGiveTheSameBytesAsInMemory() {
    List<Page> pages = derived.pages().collectList().blockOptional().orElseThrow();
    assertThat(pages).hasSizeGreaterThan(1);
    for (Page page : pages) {
      assertThat(page.stored()).isEqualTo(page.merged());
    }
    for (String view : DerivedState.VIEWS) {
      SortedMap<String, List<String>> stored = byScope(pages, view, true);
      for (int number = 0; number < CASES; number++) {
        List<String> once = stored.get(scope(number, 0));
        for (int variant = 1; variant < VARIANTS; variant++) {
          assertThat(stored.get(scope(number, variant))).as(view + " " + number).isEqualTo(once);
        }
      }
      assertThat(stored).hasSizeGreaterThan(CASES);
    }
  }

  @Test
  void everyTaskIsWhereTheMergeHasIt() {
    List<Page> pages = derived.pages().collectList().blockOptional().orElseThrow();
    SortedMap<String, List<String>> stored = byScope(pages, "tasks", true);
    for (int number = 0; number < CASES; number++) {
      PlanState state = PlanState.of(SampleOps.of(new Random(number)));
      List<String> lines = stored.getOrDefault(scope(number, 1), List.of());
      assertThat(lines).hasSameSizeAs(state.progress().keySet());
      state
          .progress()
          .forEach(
              (task, progress) ->
                  assertThat(lines)
                      .anyMatch(
                          line ->
                              line.contains("\"task_id\":\"" + task + "\"")
                                  && line.contains("\"attempt\":" + progress.attempt() + ",")
                                  && line.contains("\"" + progress.state() + "\"")));
    }
  }
}
