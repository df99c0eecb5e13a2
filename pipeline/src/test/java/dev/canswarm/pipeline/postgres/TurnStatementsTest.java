package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of each candidate, by the answers of a scripted server. */
class TurnStatementsTest {
  private static final long NOW = 1_234;
  private static final StoreOutcome INSERTED = new StoreOutcome.Inserted(NOW);
  private static final StoreOutcome LEFT_OUT = new StoreOutcome.LeftOut();

  private final ScriptedServer server = new ScriptedServer();
  private final Connections connections = server.connections();
  private final TurnStatements turns =
      new TurnStatements(connections, new ReadStatements(connections));

  private static SlotRow row(String slot, String content) {
    return TestRows.row("scope", slot, Verb.PROPOSE, content);
  }

  private List<StoreOutcome> write(Candidate... candidates) {
    return turns
        .write(new TurnWrite(List.of(candidates), List.of(), List.of(), List.of()))
        .blockOptional()
        .orElseThrow();
  }

  /** The answer of the turn's statement: the places, from 1, of what was not inserted. */
  private void inserts(Integer... butNot) {
    server.answers(new Object[] {NOW, butNot});
  }

  /** The answer of the statement that reads what slots hold. */
  private void holds(SlotRow... rows) {
    @Nullable Object[][] answer = new @Nullable Object[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      SlotRow row = rows[i];
      answer[i] =
          new Object[] {
            row.scope(),
            row.slot(),
            row.id(),
            SlotRow.needText(row.needId(), row.kind()),
            row.threadId().text(),
            row.kind(),
            row.sender(),
            row.lamport(),
            Long.toString(row.timestampNs()),
            row.bytes(),
            row.ops(),
            77L
          };
    }
    server.answers(answer);
  }

  @Test
  void aWriteOfNothingAsksNobody() {
    assertThat(write()).isEmpty();
    assertThat(server.asked).isEmpty();
    assertThat(server.opened).isZero();
  }

  @Test
  void whenAllAreInsertedOneStatementIsEnough() {
    inserts();
    assertThat(write(Candidate.free(row("B", "b")), Candidate.free(row("A", "a"))))
        .containsExactly(INSERTED, INSERTED);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void whatIsNotInsertedIsHeldByWhatItsSlotHolds() {
    SlotRow other = row("B", "of another process");
    inserts(2);
    holds(other);

    assertThat(write(Candidate.free(row("B", "b")), Candidate.free(row("A", "a"))))
        .as("A is sent first")
        .containsExactly(new StoreOutcome.Held(other.storedAt(77)), INSERTED);
    assertThat(server.asked).hasSize(2);
    assertThat(server.asked.get(1).sql()).isEqualTo(Sql.FIND);
    assertThat(encoded(server.asked.get(1).values().get("$2")))
        .isEqualTo(encoded(PgArray.texts(List.of("B"), Function.identity())));
  }

  private static ByteBuf encoded(@Nullable Object array) {
    assertThat(array).isInstanceOf(PgArray.class);
    return ((PgArray) Objects.requireNonNull(array)).encode(UnpooledByteBufAllocator.DEFAULT);
  }

  @Test
  void whatIsNotInsertedThoughItsSlotIsEmptyWasLeftOut() {
    SlotRow other = row("A", "of another process");
    inserts(1, 2);
    holds(other);

    assertThat(write(Candidate.free(row("A", "a")), new Candidate(row("B", "b"), List.of(0))))
        .containsExactly(new StoreOutcome.Held(other.storedAt(77)), LEFT_OUT);
  }

  @Test
  void theSecondCandidateForASlotIsHeldByTheFirstOfTheSameWrite() {
    SlotRow first = row("A", "a");
    inserts();

    assertThat(write(Candidate.free(first), Candidate.free(row("A", "another a"))))
        .containsExactly(INSERTED, new StoreOutcome.Held(first.storedAt(NOW)));
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void bothCandidatesForASlotAreHeldByWhatAnotherProcessStored() {
    SlotRow other = row("A", "of another process");
    inserts(1);
    holds(other);

    assertThat(write(Candidate.free(row("A", "a")), Candidate.free(row("A", "another a"))))
        .containsOnly(new StoreOutcome.Held(other.storedAt(77)))
        .hasSize(2);
  }

  @Test
  void whatDependsOnTheSecondCandidateForASlotIsNotSent() {
    inserts();
    holds();

    assertThat(
            write(
                Candidate.free(row("A", "a")),
                Candidate.free(row("A", "another a")),
                new Candidate(row("B", "b"), List.of(1))))
        .element(2)
        .isEqualTo(LEFT_OUT);
  }
}
