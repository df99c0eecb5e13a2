package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.LogReader.Bounds;
import dev.canswarm.pipeline.follow.LogReader.Page;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.pipeline.follow.RowCounts;
import dev.canswarm.pipeline.follow.Selection;
import dev.canswarm.port.SlotRow;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Where pages of the op-log end, by the answers of a scripted server. */
class PostgresLogTest {
  private static final NeedId NEED = new NeedId("ab".repeat(32));
  private static final Position FROM = new Position(3, 1);
  private static final Bounds BOUNDS = new Bounds(2, 1_000);

  private final ScriptedServer server = new ScriptedServer();
  private final PostgresLog log = new PostgresLog(server.connections());

  private static Object[] row(long transaction, String kind) {
    return new Object[] {
      transaction, 1L, "slot", "id", NEED.text(), "t", kind, "key", 1L, 5L, new byte[0]
    };
  }

  /** The last row of a selection: how far it was read, how many rows it passed, and counts. */
  private static Object[] end(long transaction, long passed, String counts, String times) {
    return new Object[] {transaction, 0L, counts, times, "", "", "", "", passed, 0L, new byte[0]};
  }

  private static Selection decides(boolean counted) {
    return new Selection(1, Set.of("DECIDE"), Set.of(), Set.of(), counted);
  }

  private static Page page(Mono<Page> read) {
    return read.blockOptional().orElseThrow();
  }

  @Test
  void aPageThatIsNotFullIsCompleteAndEndsWithItsLastRow() {
    server.answers(row(7, "DECIDE"));
    Page page = page(log.after(FROM, Selection.all(), BOUNDS));
    assertThat(page.complete()).isTrue();
    assertThat(page.end()).isEqualTo(new Position(7, 1));

    server.answers();
    assertThat(page(log.after(FROM, Selection.all(), BOUNDS)).end()).isEqualTo(FROM);
    assertThat(server.asked.get(1).sql()).isEqualTo(FollowSql.LOG);
    assertThat(server.asked.get(1).values())
        .containsEntry("$1", "3")
        .containsEntry("$2", 1L)
        .containsEntry("$3", 2);
  }

  @Test
  void rowsThatWaitForAParentArePassedAndCountForThePage() {
    server.answers(row(7, "DECIDE"), row(8, SlotRow.WAIT));
    Page page = page(log.ofNeed(NEED, FROM, 2));
    assertThat(page.entries()).extracting(FollowedRow::kind).containsExactly("DECIDE");
    assertThat(page.end()).isEqualTo(new Position(8, 1));
    assertThat(page.complete()).isFalse();
    assertThat(server.asked.get(0).sql()).isEqualTo(FollowSql.LOG_OF_NEED);
  }

  @Test
  void aFullSelectionEndsWithItsLastRowAndNotWhereTheReadEnded() {
    server.answers(row(7, "DECIDE"), row(8, "DECIDE"), end(20, 400, "", ""));
    Page page = page(log.after(FROM, decides(false), BOUNDS));
    assertThat(page.entries()).hasSize(2);
    assertThat(page.end()).isEqualTo(new Position(8, 1));
    assertThat(page.complete()).isFalse();
    assertThat(page.counts()).isEqualTo(RowCounts.NONE);
  }

  @Test
  void aSelectionThatIsNotFullEndsWhereTheReadEndedAndIsCompleteIfThatPassedFewerRowsThanItMight() {
    server.answers(row(7, "DECIDE"), end(20, 999, "", ""));
    Page last = page(log.after(FROM, decides(false), BOUNDS));
    assertThat(last.end()).isEqualTo(new Position(20, 0));
    assertThat(last.complete()).isTrue();

    server.answers(end(20, 1_000, "", ""));
    Page more = page(log.after(FROM, decides(false), BOUNDS));
    assertThat(more.entries()).isEmpty();
    assertThat(more.end()).isEqualTo(new Position(20, 0));
    assertThat(more.complete()).isFalse();
  }

  @Test
  void countsAndTimesComeWithASelectionThatCounts() {
    server.answers(end(20, 9, "1,2,3,4,5", "60,70"));
    assertThat(page(log.after(FROM, decides(true), BOUNDS)).counts())
        .isEqualTo(new RowCounts(1, 2, 3, 4, 5, List.of(60L, 70L)));
    server.answers(end(20, 9, "0,0,0,0,0", ""));
    assertThat(page(log.after(FROM, decides(true), BOUNDS)).counts())
        .isEqualTo(new RowCounts(0, 0, 0, 0, 0, List.of()));
    assertThat(server.asked)
        .allSatisfy(asked -> assertThat(asked.values()).containsEntry("$9", true));
  }

  @Test
  void thePresentIsBeforeTheOldestRunningTransaction() {
    server.answers(new Object[] {42L});
    assertThat(log.now().block()).isEqualTo(Position.before(42));
  }
}
