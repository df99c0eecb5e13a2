package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.replay.ReplayFixture;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AttemptLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(AttemptLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  AttemptLogTest() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
  }

  private List<String> stored(List<SlotRow> rows, boolean isFirst) {
    AttemptLog.ofTurn(
        TurnWrite.of(rows),
        rows.stream()
            .map(
                row ->
                    isFirst
                        ? (StoreOutcome) new StoreOutcome.Inserted(1)
                        : new StoreOutcome.Held(row))
            .toList());
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aNeedThatWentWellIsNotMentioned() {
    assertThat(stored(RecordedNeed.ofTwoTasks().rows(), true)).isEmpty();
  }

  @Test
  void aRejectionIsOneLineWithItsReasonOfTheProcessThatStoredIt() {
    RecordedNeed need = RecordedNeed.ofOneTask();
    Envelope commit = need.message(Verb.COMMIT);
    Commit work = Commit.parse(commit.payload());
    Attest vote =
        new Attest(
            commit.id(),
            false,
            new Attest.Work(work.taskId(), work.attempt(), work.artifact()),
            null,
            "exit code 3: off by one");
    Envelope rejects = need.signed("verifier-1", Verb.ATTEST, vote.toJson(), commit);
    List<SlotRow> rows = List.of(need.rowOf(Slot.attest(commit.id(), rejects.sender()), rejects));
    assertThat(stored(rows, false)).isEmpty();
    assertThat(stored(rows, true))
        .containsExactly(
            "verifier rejects need=%s task=%s attempt=1 agent=%s: exit code 3: off by one"
                .formatted(need.needId(), work.taskId(), rejects.sender().base64()));
  }

  @Test
  void aGrantThatRanOutIsOneLineThoughItFillsTwoSlots() {
    ReplayFixture fixture =
        new ReplayFixture()
            .hanging("worker-1", "worker-2")
            .fire(Timer.LEASE)
            .run(ReplayFixture.oneTask());
    assertThat(stored(new RecordedNeed(fixture).rows(), true))
        .singleElement()
        .asString()
        .startsWith("grant ran out need=" + fixture.needId())
        .contains("attempt=1 token=1:");
  }

  @Test
  void verifiersThatStaySilentAreOneLine() {
    ReplayFixture fixture =
        new ReplayFixture()
            .silent("verifier-1", "verifier-2", "verifier-3", "verifier-4", "worker-1")
            .fire(Timer.SILENCE, Timer.SILENCE)
            .run(ReplayFixture.oneTask());
    assertThat(stored(new RecordedNeed(fixture).rows(), true))
        .filteredOn(line -> line.startsWith("verifiers are silent"))
        .singleElement()
        .asString()
        .contains("attempt=1: 0 votes came");
  }
}
