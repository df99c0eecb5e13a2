package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnRead;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Slots and timers in PostgreSQL. A turn is one statement.
 *
 * <p>Results arrive on the connection's event loop: move long computations to another thread. While
 * the server is unavailable, calls fail as retryable within the statement timeout; afterwards the
 * same store works again. A turn that failed as retryable may have been committed. Thread-safe.
 */
public final class PostgresSlotStore implements SlotStore {
  /** The page size of the listing of NEEDs, in rows. */
  static final int NEEDS_PAGE_ROWS = 256;

  /**
   * The page size of other listings, in rows. A record may have a megabyte, and a page is in
   * memory.
   */
  static final int ROWS_PAGE_ROWS = 64;

  private static final Comparator<SlotRow> BY_KEY =
      Comparator.comparing(SlotRow::scope).thenComparing(SlotRow::slot);

  private final Connections connections;
  private final ReadStatements reading;
  private final TurnStatements turns;

  /** Creates a store that connects on first use; this does not contact the server. */
  public PostgresSlotStore(PostgresPoolSettings settings) {
    connections = new Connections(settings);
    reading = new ReadStatements(connections);
    turns = new TurnStatements(connections, reading);
  }

  /** Returns how many connections are in use. */
  public int connectionsUsed() {
    return connections.pool().acquiredSize();
  }

  /** Returns how many connections are open and not in use. */
  public int connectionsIdle() {
    return connections.pool().idleSize();
  }

  /** Returns how many calls wait for a connection. */
  public int connectionsWanted() {
    return connections.pool().pendingAcquireSize();
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return turns.write(write);
  }

  @Override
  public Mono<List<SlotRow>> load(Collection<String> scopes) {
    if (scopes.isEmpty()) {
      return Mono.just(List.of());
    }
    SortedSet<String> distinct = new TreeSet<>(scopes);
    return connections
        .query(
            "load from PostgreSQL",
            Sql.LOAD,
            statement -> statement.bind("$1", PgArray.texts(distinct, scope -> scope)),
            RowMapping::slot)
        .doOnNext(rows -> rows.sort(BY_KEY));
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return keys.isEmpty()
        ? Mono.just(List.of())
        : reading
            .find("find on PostgreSQL", new TreeSet<>(keys))
            .map(found -> List.copyOf(found.values()));
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    if (needIds.isEmpty()) {
      return Mono.just(List.of());
    }
    SortedSet<NeedId> distinct = new TreeSet<>(needIds);
    return connections.query(
        "needs by id on PostgreSQL",
        Sql.NEEDS_BY_ID,
        statement -> statement.bind("$1", PgArray.texts(distinct, NeedId::text)),
        RowMapping::slot);
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    if (needIds.isEmpty()) {
      return Mono.just(List.of());
    }
    SortedSet<NeedId> distinct = new TreeSet<>(needIds);
    return connections.query(
        "open on PostgreSQL",
        Sql.OPEN,
        statement -> statement.bind("$1", PgArray.texts(distinct, NeedId::text)),
        RowMapping::timer);
  }

  @Override
  public Mono<TurnRead> read(Collection<NeedId> needIds, Collection<NeedId> ownIds) {
    if (needIds.isEmpty() && ownIds.isEmpty()) {
      return Mono.just(new TurnRead(List.of(), List.of(), List.of()));
    }
    SortedSet<NeedId> distinct = new TreeSet<>(needIds);
    SortedSet<NeedId> own = new TreeSet<>(ownIds);
    return connections
        .query(
            "read from PostgreSQL",
            Sql.READ,
            statement ->
                statement
                    .bind("$1", PgArray.texts(distinct, NeedId::text))
                    .bind("$2", PgArray.texts(own, NeedId::text)),
            RowMapping::read)
        .map(PostgresSlotStore::stored);
  }

  private static TurnRead stored(List<ReadRow> read) {
    List<SlotRow> own = new ArrayList<>();
    List<SlotRow> rows = new ArrayList<>(read.size());
    List<OpenNeed> timers = new ArrayList<>();
    for (ReadRow one : read) {
      if (one instanceof ReadRow.OfScope ofScope) {
        rows.add(ofScope.row());
      } else if (one instanceof ReadRow.Own ofNeed) {
        own.add(ofNeed.row());
      } else if (one instanceof ReadRow.Timer timer) {
        timers.add(timer.open());
      }
    }
    rows.sort(BY_KEY);
    return new TurnRead(own, rows, timers);
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    if (partitions.isEmpty()) {
      return Flux.empty();
    }
    SortedSet<Integer> distinct = new TreeSet<>(partitions);
    return connections
        .query(
            "due on PostgreSQL",
            Sql.DUE,
            statement ->
                statement
                    .bind("$1", PgArray.ints(distinct, partition -> partition))
                    .bind("$2", nowMillis)
                    .bind("$3", countMax),
            RowMapping::timer)
        .flatMapIterable(timers -> timers);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return connections
        .query(
            "next epoch on PostgreSQL",
            Sql.EPOCH,
            statement -> {},
            row -> RowMapping.number(row, 0))
        .map(rows -> rows.get(0));
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return connections.execute(
        "archive on PostgreSQL",
        Sql.ARCHIVE,
        statement -> statement.bind("$1", hash).bind("$2", kind).bind("$3", bytes));
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return connections
        .query(
            "archived on PostgreSQL",
            Sql.ARCHIVED,
            statement -> statement.bind("$1", hash),
            row -> RowMapping.bytes(row, 0))
        .flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads page by page: a slow subscriber holds neither a connection nor a snapshot. A NEED that
   * is stored meanwhile may or may not be included.
   */
  @Override
  public Flux<SlotRow> needs() {
    return paged("needs on PostgreSQL", Sql.NEEDS, NEEDS_PAGE_ROWS);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads page by page: a slow subscriber holds neither a connection nor a snapshot.
   */
  @Override
  public Flux<SlotRow> rows() {
    return paged("rows on PostgreSQL", Sql.ROWS, ROWS_PAGE_ROWS);
  }

  private Flux<SlotRow> paged(String where, String sql, int pageRows) {
    return pageAfter(where, sql, pageRows, new SlotKey("", ""))
        .expand(
            page ->
                page.size() < pageRows
                    ? Mono.empty()
                    : pageAfter(where, sql, pageRows, SlotKey.of(page.get(page.size() - 1))))
        .concatMapIterable(page -> page, 1);
  }

  private Mono<List<SlotRow>> pageAfter(String where, String sql, int pageRows, SlotKey last) {
    return connections.query(
        where,
        sql,
        statement ->
            statement.bind("$1", last.scope()).bind("$2", last.slot()).bind("$3", pageRows),
        RowMapping::slot);
  }

  /** Returns the store of what ended attempts, which uses the same connections. */
  public FailureStore failures() {
    return new PostgresFailureStore(connections);
  }

  /** Closes the connections. Calls in progress fail as retryable. */
  public Mono<Void> closeLater() {
    return connections.closeLater();
  }
}
