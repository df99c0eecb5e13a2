package dev.canswarm.pipeline.postgres;

import dev.canswarm.pipeline.follow.LogReader;
import dev.canswarm.pipeline.follow.NeedList;
import reactor.core.publisher.Mono;

/**
 * Reads the op-log in the order of its positions, and the list of NEEDs, for people and clients. It
 * has connections of its own, so that no number of followers can delay a turn. Connects on first
 * use. Thread-safe.
 */
public final class PostgresReadModel {
  /** Connections for all followers together. */
  public static final int CONNECTIONS_MAX = 2;

  private final Connections connections;

  /**
   * @param settings of the pipeline; their number of connections is not used
   */
  public PostgresReadModel(PostgresPoolSettings settings) {
    connections = new Connections(settings.withConnections(CONNECTIONS_MAX));
  }

  /** Returns the op-log in the order of its positions. */
  public LogReader log() {
    return new PostgresLog(connections);
  }

  /** Returns the list of NEEDs, which follows the op-log. */
  public NeedList needs() {
    return new PostgresNeedList(connections);
  }

  /** Returns how many NEEDs have not ended, those included that messages only refer to so far. */
  public Mono<Long> openNeeds() {
    return connections
        .query(
            "count open NEEDs", Sql.OPEN_TOTAL, statement -> {}, row -> RowMapping.number(row, 0))
        .map(rows -> rows.get(0));
  }

  /** Closes the connections. Calls in progress fail as retryable. */
  public Mono<Void> closeLater() {
    return connections.closeLater();
  }
}
