package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.RetryableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** A log that the test writes. Thread-safe. */
public final class MemoryLog implements LogReader {
  /** How often it was read. */
  public final AtomicInteger reads = new AtomicInteger();

  /** How many of the next reads fail as an outage. */
  public final AtomicInteger outages = new AtomicInteger();

  /** The rows that each read asked for. */
  public final Queue<Selection> asked = new ConcurrentLinkedQueue<>();

  private final List<FollowedRow> entries = new ArrayList<>();

  /** Stores one more row, in a transaction of its own. */
  public synchronized FollowedRow say(String kind, String needId, String payload) {
    FollowedRow entry =
        new FollowedRow(
            new Position(entries.size() + 1L, 1),
            "slot",
            "%064x".formatted(entries.size()),
            new NeedId(needId),
            new ThreadId("thread"),
            kind,
            "sender",
            1,
            entries.size() * 10L,
            MessageText.of(
                kind, ("{\"payload\":" + payload + "}").getBytes(StandardCharsets.UTF_8)));
    entries.add(entry);
    return entry;
  }

  @Override
  public Mono<Position> now() {
    return Mono.fromSupplier(() -> Position.before(size() + 1L));
  }

  private Position end(Position position) {
    Position end = Position.before(size() + 1L);
    return end.isAfter(position) ? end : position;
  }

  private synchronized int size() {
    return entries.size();
  }

  @Override
  public Mono<Page> after(Position position, Selection selection, Bounds bounds) {
    return Mono.fromCallable(
        () -> {
          reads.incrementAndGet();
          if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RetryableException("the test", new IllegalStateException("away"));
          }
          asked.add(selection);
          return selection.hasAllRows() && !selection.counted()
              ? page(position, bounds.rowsMax(), entry -> true)
              : selected(position, selection, bounds);
        });
  }

  private synchronized Page selected(Position position, Selection selection, Bounds bounds) {
    List<FollowedRow> found = new ArrayList<>();
    List<FollowedRow> passed = new ArrayList<>();
    for (FollowedRow entry : entries) {
      if (entry.position().isAfter(position)
          && found.size() < bounds.rowsMax()
          && passed.size() < bounds.passedMax()) {
        passed.add(entry);
        if (selection.covers(entry)) {
          found.add(entry);
        }
      }
    }
    boolean complete = found.size() < bounds.rowsMax() && passed.size() < bounds.passedMax();
    Position end = complete ? end(position) : passed.get(passed.size() - 1).position();
    return new Page(found, end, complete, selection.counted() ? counts(passed) : RowCounts.NONE);
  }

  private RowCounts counts(List<FollowedRow> passed) {
    List<FollowedRow> ends = of(passed, "FINALIZE");
    int accepted = outcomes(ends, "ACCEPTED");
    int expired = outcomes(ends, "EXPIRED");
    List<Long> took = new ArrayList<>();
    for (FollowedRow end : ends) {
      entries.stream()
          .filter(row -> row.kind().equals("NEED") && Objects.equals(row.needId(), end.needId()))
          .findFirst()
          .ifPresent(need -> took.add(end.storedMillis() - need.storedMillis()));
    }
    return new RowCounts(
        of(passed, "NEED").size(),
        accepted,
        ends.size() - accepted - expired,
        expired,
        of(passed, "DEAD_LETTER").size(),
        took);
  }

  private static List<FollowedRow> of(List<FollowedRow> rows, String kind) {
    return rows.stream().filter(row -> row.kind().equals(kind)).toList();
  }

  private static int outcomes(List<FollowedRow> ends, String outcome) {
    return Math.toIntExact(
        ends.stream().filter(end -> end.text().outcome().equals(outcome)).count());
  }

  @Override
  public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
    return Mono.fromCallable(() -> page(position, rowsMax, entry -> needId.equals(entry.needId())));
  }

  private synchronized Page page(Position position, int rowsMax, Predicate<FollowedRow> isWanted) {
    List<FollowedRow> found =
        entries.stream()
            .filter(entry -> entry.position().isAfter(position))
            .filter(isWanted)
            .limit(rowsMax)
            .toList();
    Position end = found.isEmpty() ? position : found.get(found.size() - 1).position();
    return new Page(found, end, found.size() < rowsMax, RowCounts.NONE);
  }
}
