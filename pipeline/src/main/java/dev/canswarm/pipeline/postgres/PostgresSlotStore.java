package dev.canswarm.pipeline.postgres;

import dev.canswarm.pipeline.postgres.FillWork.Fill;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Slots and timers in PostgreSQL, with group commit: calls that come while the writers are busy go
 * together in the next batch, and each completes when its batch has committed. Loads, finds and
 * closes share statements likewise.
 *
 * <p>Answers arrive on the connection's event loop: whoever computes at length goes on elsewhere.
 * While the server is away calls fail as retryable, within the statement's timeout; afterwards the
 * same store works again. A fill that failed as retryable may have been committed all the same.
 */
public final class PostgresSlotStore implements SlotStore {
  /** Calls of one kind that wait for a statement; what comes on top is refused as retryable. */
  static final int WAITING_CALLS_MAX = 8_192;

  /** Of one write: well below the server's 1 GB for a message, and bounds the memory of a batch. */
  static final long BATCH_BYTES_MAX = 8L << 20;

  /** Scopes, slots or NEEDs asked for in one statement. A scope may hold a hundred rows. */
  static final int READ_KEYS_MAX = 64;

  /** NEEDs read ahead of a listing's demand. */
  static final int NEEDS_PAGE_ROWS = 256;

  /** Rows of any kind read ahead: a record may be a megabyte, and a page is in memory. */
  static final int ROWS_PAGE_ROWS = 64;

  private static final Comparator<SlotRow> BY_SLOT = Comparator.comparing(SlotRow::slot);

  private final Connections connections;
  private final Batcher<Fill, List<SlotRow>> fills;
  private final Batcher<String, List<SlotRow>> loads;
  private final Batcher<SlotKey, Optional<SlotRow>> finds;
  private final Batcher<String, Optional<OpenNeed>> opens;
  private final Batcher<String, Boolean> closes;

  /** Connects on demand: making a store touches no server. */
  public PostgresSlotStore(PostgresSettings settings) {
    connections = new Connections(settings);
    FillWork work = new FillWork(connections);
    int half = Math.max(1, settings.connectionsMax() / 2);
    int quarter = Math.max(1, settings.connectionsMax() / 4);
    fills =
        new Batcher<>(
            "fill on PostgreSQL",
            new Batcher.Limits(half, settings.batchRowsMax(), BATCH_BYTES_MAX, WAITING_CALLS_MAX),
            Fill::rows,
            Fill::bytes,
            work::write);
    loads = reads("load from PostgreSQL", quarter, this::loadAll);
    finds = reads("find on PostgreSQL", quarter, keys -> findAll(work, keys));
    opens = reads("open on PostgreSQL", 1, this::openAll);
    closes = reads("close on PostgreSQL", 1, this::closeAll);
  }

  private static <Q, A> Batcher<Q, A> reads(
      String where, int flightsMax, Function<List<Q>, Mono<List<A>>> work) {
    Batcher.Limits limits =
        new Batcher.Limits(flightsMax, READ_KEYS_MAX, Long.MAX_VALUE, WAITING_CALLS_MAX);
    return new Batcher<>(where, limits, key -> 1, key -> 0, work);
  }

  @Override
  public Mono<List<SlotRow>> fill(List<SlotRow> candidates, List<OpenNeed> timers) {
    if (candidates.size() > FILL_ROWS_MAX) {
      return Mono.error(
          new IllegalArgumentException(
              "expected at most " + FILL_ROWS_MAX + " rows in one fill, got " + candidates.size()));
    }
    if (candidates.isEmpty() && timers.isEmpty()) {
      return Mono.just(List.of());
    }
    return fills.call(new Fill(List.copyOf(candidates), List.copyOf(timers)));
  }

  @Override
  public Mono<List<SlotRow>> load(String scope) {
    return loads.call(scope);
  }

  private Mono<List<List<SlotRow>>> loadAll(List<String> scopes) {
    SortedSet<String> distinct = new TreeSet<>(scopes);
    return connections
        .query(
            "load from PostgreSQL",
            Sql.LOAD,
            statement -> statement.bind("$1", PgArray.texts(distinct, scope -> scope)),
            Rows::slot)
        .map(
            rows -> {
              Map<String, List<SlotRow>> byScope = new HashMap<>();
              rows.sort(BY_SLOT);
              rows.forEach(
                  row -> byScope.computeIfAbsent(row.scope(), s -> new ArrayList<>()).add(row));
              return scopes.stream()
                  .map(scope -> List.copyOf(byScope.getOrDefault(scope, List.of())))
                  .toList();
            });
  }

  @Override
  public Mono<SlotRow> find(String scope, String slot) {
    return finds.call(new SlotKey(scope, slot)).flatMap(Mono::justOrEmpty);
  }

  private static Mono<List<Optional<SlotRow>>> findAll(FillWork work, List<SlotKey> keys) {
    return work.find("find on PostgreSQL", new TreeSet<>(keys))
        .map(found -> keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList());
  }

  @Override
  public Mono<Void> arm(OpenNeed timer) {
    return fill(List.of(), List.of(timer)).then();
  }

  @Override
  public Mono<OpenNeed> open(String needId) {
    return opens.call(needId).flatMap(Mono::justOrEmpty);
  }

  private Mono<List<Optional<OpenNeed>>> openAll(List<String> needIds) {
    SortedSet<String> distinct = new TreeSet<>(needIds);
    return connections
        .query(
            "open on PostgreSQL",
            Sql.OPEN,
            statement -> statement.bind("$1", PgArray.texts(distinct, id -> id)),
            Rows::timer)
        .map(
            timers -> {
              Map<String, OpenNeed> byNeed = new HashMap<>();
              timers.forEach(timer -> byNeed.put(timer.needId(), timer));
              return needIds.stream().map(id -> Optional.ofNullable(byNeed.get(id))).toList();
            });
  }

  @Override
  public Mono<Void> abandon(String needId) {
    return connections.execute(
        "abandon on PostgreSQL", Sql.ABANDON, statement -> statement.bind("$1", needId));
  }

  @Override
  public Mono<Void> close(String needId) {
    return closes.call(needId).then();
  }

  private Mono<List<Boolean>> closeAll(List<String> needIds) {
    SortedSet<String> distinct = new TreeSet<>(needIds);
    return connections
        .execute(
            "close on PostgreSQL",
            Sql.CLOSE,
            statement -> statement.bind("$1", PgArray.texts(distinct, id -> id)))
        .then(Mono.fromSupplier(() -> needIds.stream().map(id -> true).toList()));
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
            Rows::timer)
        .flatMapIterable(timers -> timers);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return connections
        .query("next epoch on PostgreSQL", Sql.EPOCH, statement -> {}, row -> Rows.number(row, 0))
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
            row -> Rows.bytes(row, 0))
        .flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Page by page: a slow reader holds no connection and no snapshot. A NEED stored meanwhile may
   * or may not be among them.
   */
  @Override
  public Flux<SlotRow> needs() {
    return paged("needs on PostgreSQL", Sql.NEEDS, NEEDS_PAGE_ROWS);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Page by page: a slow reader holds no connection and no snapshot.
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
        Rows::slot);
  }

  /** Batches of fills sent so far. */
  public long fillBatchCount() {
    return fills.batchCount();
  }

  /** Fills that went with them. */
  public long fillCount() {
    return fills.callCount();
  }

  /** Closes the connections; calls that are under way fail as retryable. */
  public Mono<Void> closeLater() {
    return connections.closeLater();
  }
}
