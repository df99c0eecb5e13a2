package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.RetryableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A log that the test writes. Thread-safe. */
public final class MemoryLog implements LogReader {
  /** How often it was read. */
  public final AtomicInteger reads = new AtomicInteger();

  /** How many of the next reads fail as an outage. */
  public final AtomicInteger outages = new AtomicInteger();

  private final List<FollowedRow> entries = new ArrayList<>();

  /** Stores one more row, in a transaction of its own. */
  public synchronized FollowedRow say(String kind, String needId, String payload) {
    FollowedRow entry =
        new FollowedRow(
            new Position(entries.size() + 1L, 1),
            "slot",
            "m" + entries.size(),
            new NeedId(needId),
            "thread",
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

  private synchronized int size() {
    return entries.size();
  }

  @Override
  public Mono<Page> after(Position position, int rowsMax) {
    return Mono.fromCallable(
        () -> {
          reads.incrementAndGet();
          if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RetryableException("the test", new IllegalStateException("away"));
          }
          return page(position, rowsMax, null);
        });
  }

  @Override
  public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
    return Mono.fromCallable(() -> page(position, rowsMax, needId));
  }

  private synchronized Page page(Position position, int rowsMax, @Nullable NeedId needId) {
    List<FollowedRow> found =
        entries.stream()
            .filter(entry -> entry.position().isAfter(position))
            .filter(entry -> needId == null || needId.equals(entry.needId()))
            .limit(rowsMax)
            .toList();
    Position end = found.isEmpty() ? position : found.get(found.size() - 1).position();
    return new Page(found, end, found.size() < rowsMax);
  }
}
