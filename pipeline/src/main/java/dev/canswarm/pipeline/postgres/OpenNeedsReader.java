package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Reads which NEEDs are open, for people. Connects on first use. Thread-safe. */
public final class OpenNeedsReader {
  /** The NEEDs whose state is looked up, the oldest first: more would take long. */
  public static final int LOOKED_UP_MAX = 5_000;

  private final Connections connections;

  /**
   * The NEED that has been open for longest.
   *
   * @param ageMillis since it was stored, by PostgreSQL's clock
   */
  public record Oldest(NeedId needId, ThreadId threadId, long ageMillis) {}

  /**
   * The NEEDs that have not ended.
   *
   * @param total all of them
   * @param byState of the oldest {@value #LOOKED_UP_MAX}, how many are in each state; states
   *     without a NEED are not in it
   * @param oldest empty if nothing is open
   */
  public record OpenNeeds(long total, Map<OpenState, Long> byState, Optional<Oldest> oldest) {
    public OpenNeeds {
      byState = Map.copyOf(byState);
    }
  }

  private record Counted(OpenState state, long count) {}

  public OpenNeedsReader(PostgresPoolSettings settings) {
    connections = new Connections(settings);
  }

  /** Returns what is open now. An outage is a {@link dev.canswarm.port.RetryableException}. */
  public Mono<OpenNeeds> read() {
    return Mono.zip(total(), byState(), oldest())
        .map(all -> new OpenNeeds(all.getT1(), all.getT2(), all.getT3()));
  }

  private Mono<Long> total() {
    return connections
        .query(
            "count open NEEDs", Sql.OPEN_TOTAL, statement -> {}, row -> RowMapping.number(row, 0))
        .map(rows -> rows.get(0));
  }

  private Mono<Map<OpenState, Long>> byState() {
    return connections
        .query(
            "states of open NEEDs",
            Sql.OPEN_STATES,
            statement -> statement.bind("$1", LOOKED_UP_MAX),
            row -> new Counted(OpenState.of(RowMapping.text(row, 0)), RowMapping.number(row, 1)))
        .map(
            rows -> {
              Map<OpenState, Long> states = new EnumMap<>(OpenState.class);
              rows.forEach(counted -> states.put(counted.state(), counted.count()));
              return states;
            });
  }

  private Mono<Optional<Oldest>> oldest() {
    return connections
        .query(
            "the oldest open NEED",
            Sql.OPEN_OLDEST,
            statement -> {},
            row ->
                new Oldest(
                    new NeedId(RowMapping.text(row, 0)),
                    new ThreadId(RowMapping.text(row, 1)),
                    RowMapping.number(row, 2)))
        .map(List::stream)
        .map(Stream::findFirst);
  }

  /** Closes the connections. */
  public Mono<Void> closeLater() {
    return connections.closeLater();
  }
}
