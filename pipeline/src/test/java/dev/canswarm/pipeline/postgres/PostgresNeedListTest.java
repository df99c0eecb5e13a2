package dev.canswarm.pipeline.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.NeedList.Filter;
import dev.canswarm.pipeline.follow.Position;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How pages follow each other, by the answers of a scripted server. */
class PostgresNeedListTest {
  private static final NeedId NEED = new NeedId("ab".repeat(32));

  private final ScriptedServer server = new ScriptedServer();
  private final PostgresNeedList list = new PostgresNeedList(server.connections());

  private static Object[] item(long seq, @Nullable Long ended, @Nullable String outcome) {
    return new Object[] {
      seq, NEED.text(), "t", "key", new String[] {"text.sum"}, 5L, ended, outcome, null, "working"
    };
  }

  private NeedList.Page page(Filter filter) {
    return list.list(filter).blockOptional().orElseThrow();
  }

  @Test
  void aFullPageEndsWithItsLastRow() {
    server.answers(item(9, null, null), item(4, 7L, "ACCEPTED"));

    NeedList.Page page = page(Filter.all(2));

    assertThat(page.next()).hasValue(4);
    assertThat(page.items())
        .extracting(NeedList.Item::endedMillis, NeedList.Item::outcome)
        .containsExactly(
            tuple(OptionalLong.empty(), Optional.empty()),
            tuple(OptionalLong.of(7), Optional.of("ACCEPTED")));
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPageThatIsNotFullEndsWhereItsScanEndedThoughItIsEmpty() {
    server.answers();
    server.answers(new Object[] {1_000L});

    NeedList.Page page = page(Filter.all(2).after(60_000));

    assertThat(page.items()).isEmpty();
    assertThat(page.next()).hasValue(1_000);
    assertThat(server.asked.get(1).sql()).isEqualTo(ListSql.SCANNED);
    assertThat(server.asked.get(1).values()).containsEntry("$1", 60_000L);
  }

  @Test
  void aScanThatReachedTheEndIsTheLastPage() {
    server.answers(item(9, null, null));
    server.answers();

    assertThat(page(Filter.all(2)).next()).isEmpty();
    assertThat(server.asked.get(1).values()).containsEntry("$1", Long.MAX_VALUE);
  }

  @Test
  void whereAnIndexFindsAllRowsAPageThatIsNotFullIsTheLast() {
    server.answers(item(9, null, null));
    Filter open =
        new Filter(
            Optional.of(NeedList.State.OPEN),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            new NeedList.Window(OptionalLong.empty(), 2));

    assertThat(page(open).next()).isEmpty();
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void deadLettersAreReadFromTheEndOrBeforeAPosition() {
    server.answers(new Object[] {4L, 2L, "swarm.need/1@3", "BAD_KEY: \0".getBytes(UTF_8), 8L});
    server.answers();

    assertThat(list.deadLetters(Optional.empty(), 10).block())
        .containsExactly(
            new NeedList.DeadLetter(new Position(4, 2), "swarm.need/1@3", "BAD_KEY: \0", 8));
    assertThat(list.deadLetters(Optional.of(new Position(4, 2)), 10).block()).isEmpty();

    assertThat(server.asked)
        .extracting(asked -> List.copyOf(asked.values().values()))
        .containsExactly(List.of(Long.toString(Long.MAX_VALUE), 0L, 10), List.of("4", 2L, 10));
  }
}
