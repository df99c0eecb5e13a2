package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.NeedList.Filter;
import dev.canswarm.pipeline.follow.NeedList.Item;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list that follows the op-log. */
final class PostgresNeedListIT {
  private static final int ROWS_MAX = 100;
  private static final String ARTIFACT = "cd".repeat(32);

  private final TestDatabase database = TestDatabase.create("need_list_it");
  private final PostgresSlotStore store = new PostgresSlotStore(database.settings());
  private final PostgresReadModel readModel = new PostgresReadModel(database.settings());
  private final NeedList list = readModel.needs();
  private int stored;

  @AfterEach
  void close() {
    readModel.closeLater().block();
    store.closeLater().block();
  }

  @Test
  void everyFilterFindsWhatFitsAndNothingElse() {
    need("a", new ThreadId("t1"), "{\"task_type\":\"text.sum\"}");
    need(
        "b",
        new ThreadId("t1"),
        "{\"tasks\":[{\"task_type\":\"x\"},{\"task_type\":\"w\"},{\"task_type\":\"x\"}]}");
    need("c", new ThreadId("t2"), "{\"task_type\":\"text.sum\"}");
    say("c", "PROPOSE", "{}");
    say("c", "DECIDE", "{}");
    end("a", "{\"outcome\":\"ACCEPTED\",\"results\":[{\"artifact\":\"" + ARTIFACT + "\"}]}");
    end("b", "{\"outcome\":\"REJECTED\",\"reason\":\"NO_PLAN\",\"results\":[]}");
    awaitFollowed();

    Filter all = Filter.all(ROWS_MAX);
    assertThat(ids(all)).containsExactly("c", "b", "a");
    assertThat(ids(with(Optional.of(NeedList.State.OPEN), null, null, null))).containsExactly("c");
    assertThat(ids(with(Optional.of(NeedList.State.ENDED), null, null, null)))
        .containsExactly("b", "a");
    assertThat(ids(with(Optional.empty(), "REJECTED", null, null))).containsExactly("b");
    assertThat(ids(with(Optional.empty(), "ACCEPTED", null, null))).containsExactly("a");
    assertThat(ids(with(Optional.empty(), null, "text.sum", null))).containsExactly("c", "a");
    assertThat(ids(with(Optional.empty(), null, "w", null))).containsExactly("b");
    assertThat(ids(with(Optional.empty(), null, null, ARTIFACT))).containsExactly("a");
    assertThat(ids(all.ofThread(new ThreadId("t1")))).containsExactly("b", "a");
    assertThat(ids(older(1_000_000))).isEmpty();

    List<Item> items = list.list(all).blockOptional().orElseThrow().items();
    assertThat(items.get(0).phase()).isEqualTo("decided");
    assertThat(items.get(0).endedMillis()).isEmpty();
    assertThat(items.get(1).reason()).hasValue("NO_PLAN");
    assertThat(items.get(1).taskTypes()).containsExactly("w", "x");
    assertThat(items.get(2).outcome()).hasValue("ACCEPTED");
  }

  @Test
  void pagesFollowEachOther() {
    for (int i = 0; i < 25; i++) {
      need("n%02d".formatted(i), new ThreadId("t"), "{}");
    }
    awaitFollowed();
    List<String> read = new ArrayList<>();
    Filter filter = Filter.all(10);
    while (true) {
      NeedList.Page page = list.list(filter).blockOptional().orElseThrow();
      page.items().forEach(item -> read.add(item.needId().text()));
      if (page.next().isEmpty()) {
        break;
      }
      filter = filter.after(page.next().getAsLong());
    }
    assertThat(read)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(0, 24).mapToObj(i -> "n%02d".formatted(24 - i)).toList());
  }

  @Test
  void severalThatFollowAtOnceTakeEachRowOnce() {
    for (int i = 0; i < 60; i++) {
      need("n" + i, new ThreadId("t"), "{}");
    }
    BusProbe.await(
        "everything is followed",
        () -> {
          CompletableFuture.allOf(
                  IntStream.range(0, 4)
                      .mapToObj(i -> list.follow(7).toFuture())
                      .toArray(CompletableFuture[]::new))
              .join();
          return ids(Filter.all(ROWS_MAX)).size() == 60;
        });
    assertThat(ids(Filter.all(ROWS_MAX))).doesNotHaveDuplicates();
  }

  @Test
  void invalidJsonAndTextThatPostgresqlRefusesDoNotStopIt() {
    need("a", new ThreadId("t"), "{\"task_type\":\"nul \\u0000 and \\\" quote\"}");
    StoredRows.fill(store, List.of(row("t", "b", "NEED", "no JSON"))).block();
    need("c", new ThreadId("t"), "{\"tasks\":7}");
    end("a", "{\"outcome\":\"REJECTED\",\"results\":7}");
    awaitFollowed();
    assertThat(ids(Filter.all(ROWS_MAX))).containsExactly("c", "b", "a");
  }

  @Test
  void deadLettersComeNewestFirstPageByPage() {
    for (int i = 0; i < 3; i++) {
      StoredRows.fill(
              store,
              List.of(
                  SlotRow.at("dlq", "swarm.need/0@" + i)
                      .id("x")
                      .kind("DEAD_LETTER")
                      .bytes(("BAD_SHAPE: " + i).getBytes(StandardCharsets.UTF_8))
                      .build()))
          .block();
    }
    List<NeedList.DeadLetter> first =
        list.deadLetters(Optional.empty(), 2).blockOptional().orElseThrow();
    assertThat(first)
        .extracting(NeedList.DeadLetter::reason)
        .containsExactly("BAD_SHAPE: 2", "BAD_SHAPE: 1");
    assertThat(
            list.deadLetters(Optional.of(first.get(1).position()), 2).blockOptional().orElseThrow())
        .extracting(NeedList.DeadLetter::source)
        .containsExactly("swarm.need/0@0");
  }

  private Filter with(
      Optional<NeedList.State> state,
      @Nullable String outcome,
      @Nullable String type,
      @Nullable String artifact) {
    return new Filter(
        state,
        Optional.ofNullable(outcome),
        Optional.ofNullable(type),
        Optional.empty(),
        Optional.ofNullable(artifact),
        OptionalLong.empty(),
        new NeedList.Window(OptionalLong.empty(), ROWS_MAX));
  }

  private static Filter older(long millis) {
    return new Filter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.of(millis),
        new NeedList.Window(OptionalLong.empty(), ROWS_MAX));
  }

  private List<String> ids(Filter filter) {
    return list.list(filter).blockOptional().orElseThrow().items().stream()
        .map(item -> item.needId().text())
        .toList();
  }

  /** PostgreSQL's own transactions may hold rows back for a moment. */
  private void awaitFollowed() {
    int[] taken = new int[1];
    BusProbe.await(
        "everything is followed",
        () -> {
          taken[0] += list.follow(ROWS_MAX).blockOptional().orElseThrow();
          return taken[0] == stored;
        });
  }

  private void need(String id, ThreadId thread, String payload) {
    StoredRows.fill(
            store,
            List.of(row(thread.text(), id, "NEED", "{\"payload\":" + payload + "}")),
            List.of(new OpenNeed(new NeedId(id), thread, "NEED/" + id, 0, 1, 0)))
        .block();
  }

  private void say(String needId, String kind, String payload) {
    StoredRows.fill(store, List.of(row(needId, needId, kind, "{\"payload\":" + payload + "}")))
        .block();
  }

  private void end(String needId, String payload) {
    say(needId, "FINALIZE", payload);
    database.execute("delete from open_needs where need_id = '" + needId + "'");
  }

  private SlotRow row(String scope, String needId, String kind, String content) {
    stored++;
    return SlotRow.at(scope, kind + "/" + needId)
        .id(needId + kind)
        .need(new NeedId(needId), new ThreadId(scope))
        .kind(kind)
        .bytes(content.getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
