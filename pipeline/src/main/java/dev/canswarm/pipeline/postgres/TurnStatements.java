package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.postgres.TurnPlan.Dependency;
import dev.canswarm.pipeline.postgres.TurnPlan.Sent;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The statements of a turn: usually one ({@link TurnSql}); if not every row was inserted, another
 * one reads what the other slots hold. It must run after the first, which under READ COMMITTED
 * cannot see a row to which it lost.
 */
final class TurnStatements {
  private static final String WHERE = "store on PostgreSQL";

  private final Connections connections;
  private final ReadStatements reading;

  TurnStatements(Connections connections, ReadStatements reading) {
    this.connections = connections;
    this.reading = reading;
  }

  /**
   * The answer of the statement.
   *
   * @param notInserted the places of the candidates that were not inserted, from 1
   */
  private record Answer(long storedMillis, Integer[] notInserted) {
    static Answer read(Readable row) {
      return new Answer(
          RowMapping.number(row, 0), Objects.requireNonNull(row.get(1, Integer[].class)));
    }
  }

  Mono<List<StoreOutcome>> write(TurnWrite write) {
    if (write.isEmpty()) {
      return Mono.just(List.of());
    }
    return Mono.defer(
        () -> {
          TurnPlan plan = new TurnPlan(write);
          return connections
              .query(WHERE, TurnSql.ofDepth(plan.depth()), bind -> bind(bind, plan), Answer::read)
              .flatMap(answers -> outcomes(write, plan, answers.get(0)));
        });
  }

  private static void bind(Statement statement, TurnPlan plan) {
    Collection<OpenNeed> timers = plan.timers();
    statement
        .bind("$1", PgArray.texts(timers, timer -> timer.needId().text()))
        .bind("$2", PgArray.texts(timers, timer -> timer.threadId().text()))
        .bind("$3", PgArray.texts(timers, OpenNeed::needSlot))
        .bind("$4", PgArray.ints(timers, OpenNeed::partition))
        .bind("$5", PgArray.longs(timers, OpenNeed::dueMillis))
        .bind("$6", PgArray.texts(plan.closings(), NeedId::text))
        .bind("$7", PgArray.texts(plan.abandonments(), NeedId::text));
    if (plan.depth() > 0) {
      bindRows(statement, plan.sent());
    }
    if (plan.depth() > 1) {
      List<Dependency> dependencies = plan.dependencies();
      statement
          .bind("$21", PgArray.ints(dependencies, Dependency::place))
          .bind("$22", PgArray.ints(dependencies, Dependency::base));
    }
  }

  private static void bindRows(Statement statement, List<Sent> rows) {
    statement
        .bind("$8", PgArray.ints(rows, Sent::level))
        .bind("$9", texts(rows, SlotRow::scope))
        .bind("$10", texts(rows, SlotRow::slot))
        .bind("$11", texts(rows, SlotRow::id))
        .bind("$12", texts(rows, row -> SlotRow.needText(row.needId(), row.kind())))
        .bind("$13", texts(rows, row -> row.threadId().text()))
        .bind("$14", texts(rows, SlotRow::kind))
        .bind("$15", texts(rows, SlotRow::sender))
        .bind("$16", PgArray.longs(rows, sent -> sent.row().lamport()))
        .bind("$17", texts(rows, row -> Long.toString(row.timestampNs())))
        .bind("$18", PgArray.bytes(rows, sent -> sent.row().bytes()))
        .bind("$19", texts(rows, SlotRow::ops))
        .bind("$20", PgArray.longs(rows, sent -> sent.candidate().pin()));
  }

  private static PgArray texts(List<Sent> rows, Function<SlotRow, String> field) {
    return PgArray.texts(rows, sent -> field.apply(sent.row()));
  }

  private Mono<List<StoreOutcome>> outcomes(TurnWrite write, TurnPlan plan, Answer answer) {
    StoreOutcome inserted = new StoreOutcome.Inserted(answer.storedMillis());
    @Nullable StoreOutcome[] outcomes = new StoreOutcome[write.candidates().size()];
    plan.sent().forEach(sent -> outcomes[sent.index()] = inserted);
    for (int place : answer.notInserted()) {
      outcomes[plan.sent().get(place - 1).index()] = null;
    }
    TreeSet<SlotKey> unknown = new TreeSet<>();
    for (int i = 0; i < outcomes.length; i++) {
      int first = plan.firstOfSlot(i);
      if (first != i && outcomes[first] == inserted) {
        SlotRow row = write.candidates().get(first).row();
        outcomes[i] = new StoreOutcome.Held(row.storedAt(answer.storedMillis()));
      } else if (outcomes[i] == null) {
        unknown.add(SlotKey.of(write.candidates().get(i).row()));
      }
    }
    return unknown.isEmpty()
        ? Mono.just(complete(write, outcomes, Map.of()))
        : reading.find(WHERE, unknown).map(held -> complete(write, outcomes, held));
  }

  private static List<StoreOutcome> complete(
      TurnWrite write, @Nullable StoreOutcome[] outcomes, Map<SlotKey, SlotRow> held) {
    List<StoreOutcome> complete = new ArrayList<>(outcomes.length);
    for (int i = 0; i < outcomes.length; i++) {
      StoreOutcome known = outcomes[i];
      if (known != null) {
        complete.add(known);
      } else {
        SlotRow row = held.get(SlotKey.of(write.candidates().get(i).row()));
        complete.add(row == null ? new StoreOutcome.LeftOut() : new StoreOutcome.Held(row));
      }
    }
    return complete;
  }
}
