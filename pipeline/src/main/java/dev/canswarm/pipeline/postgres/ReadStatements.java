package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The statement that reads what slots hold. */
final class ReadStatements {
  private final Connections connections;

  ReadStatements(Connections connections) {
    this.connections = connections;
  }

  /**
   * Returns the rows that fill these slots; none for a slot that is empty.
   *
   * @param where names the operation in errors
   */
  Mono<Map<SlotKey, SlotRow>> find(String where, Collection<SlotKey> keys) {
    return connections
        .query(
            where,
            Sql.FIND,
            statement ->
                statement
                    .bind("$1", PgArray.texts(keys, SlotKey::scope))
                    .bind("$2", PgArray.texts(keys, SlotKey::slot)),
            RowMapping::slot)
        .map(
            rows -> {
              Map<SlotKey, SlotRow> found = new HashMap<>();
              rows.forEach(row -> found.put(SlotKey.of(row), row));
              return found;
            });
  }
}
