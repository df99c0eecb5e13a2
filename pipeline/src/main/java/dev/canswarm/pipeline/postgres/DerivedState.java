package dev.canswarm.pipeline.postgres;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.OpType;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares the views {@code tasks} and {@code edges} with the merge of the operations in {@code
 * ops}, both as lines of canonical JSON. Reads page by page without holding a snapshot in between.
 */
public final class DerivedState {
  /** The number of scopes in a page; a scope may hold some hundred operations. */
  static final int PAGE_SCOPES = 64;

  private final Connections connections;

  /**
   * The derived rows of some scopes.
   *
   * @param ops the number of merged operations
   * @param merged the rows of {@code tasks} and {@code edges} according to the merge, by view,
   *     sorted
   * @param stored the rows of the same views in PostgreSQL, by view, sorted
   */
  public record Page(
      int scopes,
      int ops,
      SortedMap<String, SortedSet<String>> merged,
      SortedMap<String, SortedSet<String>> stored) {}

  /** The names of the views, in the order of reports. */
  public static final List<String> VIEWS = List.of("edges", "tasks");

  private record Row(
      String sort,
      String scope,
      String needId,
      String threadId,
      String what,
      @Nullable String one,
      @Nullable String other,
      int number) {}

  private record Place(String scope, String needId, String threadId) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return (scope + " " + needId + " " + threadId)
          .compareTo(other.scope + " " + other.needId + " " + other.threadId);
    }
  }

  /** Connects on first use. */
  public DerivedState(PostgresPoolSettings settings) {
    connections = new Connections(settings);
  }

  /** Reads all pages in the order of the scopes. Queries the database according to demand. */
  public Flux<Page> pages() {
    return scopesAfter("")
        .expand(
            scopes ->
                scopes.size() < PAGE_SCOPES
                    ? Mono.empty()
                    : scopesAfter(scopes.get(scopes.size() - 1)))
        .concatMap(this::page, 1);
  }

  private Mono<List<String>> scopesAfter(String scope) {
    return connections.query(
        "scopes on PostgreSQL",
        Sql.SCOPES,
        statement -> statement.bind("$1", scope).bind("$2", PAGE_SCOPES),
        row -> RowMapping.text(row, 0));
  }

  private Mono<Page> page(Collection<String> scopes) {
    return connections
        .query(
            "derived on PostgreSQL",
            Sql.DERIVED,
            statement -> statement.bind("$1", PgArray.texts(scopes, scope -> scope)),
            DerivedState::row)
        .map(rows -> page(scopes.size(), rows));
  }

  private static Row row(Readable row) {
    Integer number = row.get(7, Integer.class);
    return new Row(
        RowMapping.text(row, 0),
        RowMapping.text(row, 1),
        RowMapping.text(row, 2),
        RowMapping.text(row, 3),
        String.valueOf(row.get(4, String.class)),
        row.get(5, String.class),
        row.get(6, String.class),
        number == null ? 0 : number);
  }

  private static Page page(int scopes, List<Row> rows) {
    SortedMap<String, SortedSet<String>> merged = empty();
    SortedMap<String, SortedSet<String>> stored = empty();
    TreeMap<Place, List<PlanOp>> ops = new TreeMap<>();
    int count = 0;
    for (Row row : rows) {
      Place place = new Place(row.scope(), row.needId(), row.threadId());
      switch (row.sort()) {
        case "OP" -> {
          count++;
          ops.computeIfAbsent(place, unused -> new ArrayList<>()).add(op(row));
        }
        case "TASK" ->
            line(stored, "tasks", task(place, row.one(), row.other(), row.number(), row.what()));
        case "EDGE" -> line(stored, "edges", edge(place, row.one(), row.other(), row.what()));
        default -> throw new IllegalStateException("no row of these views: " + row);
      }
    }
    ops.forEach((place, some) -> merge(place, PlanState.of(some), merged));
    return new Page(scopes, count, merged, stored);
  }

  private static SortedMap<String, SortedSet<String>> empty() {
    TreeMap<String, SortedSet<String>> lines = new TreeMap<>();
    VIEWS.forEach(view -> lines.put(view, new TreeSet<>()));
    return lines;
  }

  private static PlanOp op(Row row) {
    byte[] payload = String.valueOf(row.other()).getBytes(StandardCharsets.UTF_8);
    return new PlanOp(
        OpType.valueOf(row.what()), String.valueOf(row.one()), StrictJson.parseObject(payload));
  }

  private static void merge(
      Place place, PlanState state, SortedMap<String, SortedSet<String>> merged) {
    state
        .progress()
        .forEach(
            (task, progress) ->
                line(
                    merged,
                    "tasks",
                    task(
                        place,
                        task.text(),
                        state.typeOf(task),
                        progress.attempt(),
                        progress.state().name())));
    for (PlanState.Edge edge : state.edges()) {
      // The product of a task is a name and not a node, so the view leaves it to ops.
      if (edge.relation() != OpType.PRODUCES) {
        line(merged, "edges", edge(place, edge.parent(), edge.child(), edge.relation().name()));
      }
    }
  }

  private static void line(
      SortedMap<String, SortedSet<String>> lines, String view, JsonObject.Builder row) {
    String line = new String(CanonicalJson.write(row.build()), StandardCharsets.UTF_8);
    lines.computeIfAbsent(view, unused -> new TreeSet<>()).add(line);
  }

  private static JsonObject.Builder task(
      Place place, @Nullable String task, @Nullable String type, int attempt, String state) {
    JsonObject.Builder row =
        at(place).put("task_id", text(task)).put("attempt", attempt).put("state", state);
    return type == null ? row : row.put("task_type", text(type));
  }

  private static JsonObject.Builder edge(
      Place place, @Nullable String parent, @Nullable String child, String relation) {
    return at(place)
        .put("parent_id", text(parent))
        .put("child_id", text(child))
        .put("relation", relation);
  }

  private static JsonObject.Builder at(Place place) {
    return JsonObject.builder()
        .put("scope", place.scope())
        .put("need_id", place.needId())
        .put("thread_id", place.threadId());
  }

  /** Replaces NUL by U+E000 as the views do, since PostgreSQL's texts cannot contain NUL. */
  private static String text(@Nullable String text) {
    return text == null ? "" : text.replace('\u0000', '\uE000');
  }

  /** Closes the connections. */
  public Mono<Void> closeLater() {
    return connections.closeLater();
  }
}
