package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.FailureStore;
import io.r2dbc.spi.Readable;
import java.util.List;
import reactor.core.publisher.Mono;

/** Stores failures of attempts in the table {@code attempt_failures}. Thread-safe. */
final class PostgresFailureStore implements FailureStore {
  private final Connections connections;

  PostgresFailureStore(Connections connections) {
    this.connections = connections;
  }

  @Override
  public Mono<Void> keep(AttemptFailure failure) {
    return connections.execute(
        "keep failure on PostgreSQL",
        Sql.KEEP_FAILURE,
        statement ->
            statement
                .bind("$1", failure.needId().text())
                .bind("$2", failure.taskId().text())
                .bind("$3", failure.attempt())
                .bind("$4", failure.agent())
                .bind("$5", failure.kind().name())
                .bind("$6", failure.error())
                .bind("$7", failure.atMillis()));
  }

  @Override
  public Mono<List<AttemptFailure>> of(NeedId needId) {
    return connections.query(
        "failures on PostgreSQL",
        Sql.FAILURES,
        statement -> statement.bind("$1", needId.text()),
        PostgresFailureStore::failure);
  }

  private static AttemptFailure failure(Readable row) {
    return new AttemptFailure(
        new NeedId(RowMapping.text(row, 0)),
        new TaskId(RowMapping.text(row, 1)),
        (int) RowMapping.number(row, 2),
        RowMapping.text(row, 3),
        AttemptFailure.Kind.valueOf(RowMapping.text(row, 4)),
        RowMapping.text(row, 5),
        RowMapping.number(row, 6));
  }
}
