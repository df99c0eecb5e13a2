package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@link OpLogCheck} and {@link VerdictRows} on one NEED alone. */
class OpLogCheckTest {
  private static final Predicate<SlotRow> IS_VERDICT = row -> row.kind().equals(SlotRow.VERDICT);

  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
  private final Envelope decide = need.only(Verb.DECIDE);
  private final Predicate<SlotRow> isDecide = row -> row.id().equals(decide.id().text());

  private Check check(List<SlotRow> rows) {
    return OpLogCheck.check(Subjects.whole(need), Optional.of(rows));
  }

  private List<SlotRow> without(Predicate<SlotRow> missing) {
    return need.rows().stream().filter(missing.negate()).toList();
  }

  private List<SlotRow> changing(Predicate<SlotRow> one, UnaryOperator<SlotRow.Builder> change) {
    return need.rows().stream()
        .map(row -> one.test(row) ? change.apply(builder(row)).build() : row)
        .toList();
  }

  private static SlotRow.Builder builder(SlotRow row) {
    return SlotRow.at(row.scope(), row.slot())
        .id(row.id())
        .need(row.needId(), row.threadId())
        .kind(row.kind())
        .sender(row.sender())
        .time(row.lamport(), row.timestampNs())
        .bytes(row.bytes())
        .ops(row.ops());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertFails(Check check, String detail) {
    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString()).contains(detail);
  }

  @Test
  void theRowsOfAWholeNeedPass() {
    Check check = check(need.rows());

    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.summary()).isEqualTo(need.rows().size() + " rows compared");
  }

  @Test
  void withoutAnOpLogNothingIsComparedAndThatIsSaid() {
    Check check = OpLogCheck.check(Subjects.whole(need), Optional.empty());

    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings().toString()).contains("op-log not compared");
  }

  @Test
  void anEnvelopeWithoutARowFails() {
    assertFails(check(without(isDecide)), "the op-log does not hold DECIDE " + decide.id());
  }

  @Test
  void aRowOfAnEnvelopeThatWasNotRecordedIsNoted() {
    Check check =
        OpLogCheck.check(
            Subjects.of(need, Subjects.without(need, decide::equals)), Optional.of(need.rows()));

    assertThat(check.findings().toString()).contains("slot DECIDE holds " + decide.id());
  }

  @Test
  void otherBytesOtherColumnsOtherOperationsAndAnotherSlotEachFail() {
    assertFails(check(changing(isDecide, row -> row.bytes(bytes("{}")))), "holds other bytes of");
    assertFails(check(changing(isDecide, row -> row.sender("x"))), "columns are not those of");
    assertFails(check(changing(isDecide, row -> row.ops("[]"))), "has other operations");
    List<SlotRow> moved =
        need.rows().stream()
            .map(
                row ->
                    isDecide.test(row)
                        ? SlotRow.at(row.scope(), "FINALIZE")
                            .id(row.id())
                            .need(row.needId(), row.threadId())
                            .kind(row.kind())
                            .sender(row.sender())
                            .time(row.lamport(), row.timestampNs())
                            .bytes(row.bytes())
                            .ops(row.ops())
                            .build()
                        : row)
            .toList();
    assertFails(check(moved), "expected in slot DECIDE, got FINALIZE");
  }

  @Test
  void anotherSpellingOfTheSameOperationsPasses() {
    Check check =
        check(
            need.rows().stream()
                .map(row -> builder(row).ops(row.ops().replace(",\"", " ,  \"")).build())
                .toList());

    assertThat(check.status()).isEqualTo(Status.PASS);
  }

  @Test
  void aVerdictThatSomethingFollowsFromMustBeThere() {
    assertFails(check(without(IS_VERDICT)), "the op-log does not hold VERDICT/");
  }

  @Test
  void aVerdictThatDoesNotFollowFromWhatItCountedFails() {
    assertFails(
        check(
            changing(
                IS_VERDICT,
                row -> {
                  Verdict held = Verdict.parse(row.build().bytes());
                  Verdict other =
                      new Verdict(
                          held.taskId(), held.attempt(), false, held.counted(), held.cause());
                  return row.bytes(other.toBytes()).id(other.id());
                })),
        "another verdict follows from what it counted");
  }

  @Test
  void aVerdictsRowThatHoldsNoneOrHasAnothersColumnsFails() {
    assertFails(check(changing(IS_VERDICT, row -> row.bytes(bytes("?")))), "no verdict");
    assertFails(
        check(changing(IS_VERDICT, row -> row.sender("somebody"))), "columns are not its own");
    assertFails(check(changing(IS_VERDICT, row -> row.id("0"))), "holds the verdict of");
  }
}
