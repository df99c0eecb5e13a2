package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.pipeline.files.FaultyOutputs.Fault;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.replay.audit.AuditException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch is on disk with its checkpoint, or it is not part of the log. */
class SegmentWriterTest {
  private final AuditFixture audit;
  private final AuditRecovery recovery;

  SegmentWriterTest(@TempDir Path directory) {
    audit = new AuditFixture(directory);
    recovery = new AuditRecovery(directory, AuditFixture.ENGINE, AuditFixture.KEY.publicKey());
  }

  @AfterEach
  void close() {
    audit.close();
  }

  private SegmentWriter writer(long segmentBytesMax) throws IOException {
    return new SegmentWriter(
        audit.directory,
        recovery,
        recovery.recover(),
        AuditFixture.KEY,
        new LamportClock(0),
        AuditFixture.TIME,
        audit.outputs,
        segmentBytesMax);
  }

  private static List<SegmentWriter.Entry> entries(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(AuditFixture::event)
        .map(event -> new SegmentWriter.Entry(event, AuditContent.of(event.content())))
        .toList();
  }

  @Test
  void aBatchIsOneAppendOneForceAndOneCheckpoint() throws IOException {
    SegmentWriter writer = writer(1 << 20);
    writer.write(entries(0, 3));
    assertThat(audit.outputs.calls).containsExactly("create", "append", "force");
    writer.write(entries(3, 2));
    assertThat(audit.outputs.calls).containsExactly("create", "append", "force", "append", "force");
    writer.close();
    assertThat(audit.contents()).isEqualTo(AuditFixture.contentsOf(0, 5));
    assertThat(audit.checkpoints()).isEqualTo(2);
  }

  @Test
  void aSegmentThatWouldGrowTooLongEndsBeforeTheBatch() throws IOException {
    SegmentWriter writer = writer(1);
    writer.write(entries(0, 1));
    writer.write(entries(1, 1));
    writer.close();
    assertThat(audit.segments()).hasSize(2);
    assertThat(audit.contents()).isEqualTo(AuditFixture.contentsOf(0, 2));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CREATE", "HALF_A_WRITE", "FORCE"})
  void aBatchThatFailedIsNotInTheLogAndMayBeWrittenAgain(Fault fault) throws IOException {
    SegmentWriter writer = writer(1 << 20);
    writer.write(entries(0, 2));
    if (fault == Fault.CREATE) {
      // A segment that is full ends; the next one cannot be made.
      writer.close();
    }
    audit.outputs.fault = fault;
    assertThatThrownBy(() -> writer.write(entries(2, 1))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> writer.write(entries(2, 1))).isInstanceOf(IOException.class);
    audit.outputs.fault = Fault.NONE;
    writer.write(entries(2, 1));
    writer.close();
    assertThat(audit.contents()).isEqualTo(AuditFixture.contentsOf(0, 3));
  }

  @Test
  void theChainGoesOnInANewSegmentAfterAFailure() throws IOException {
    SegmentWriter writer = writer(1 << 20);
    writer.write(entries(0, 1));
    audit.outputs.fault = Fault.FORCE;
    assertThatThrownBy(() -> writer.write(entries(1, 1))).isInstanceOf(IOException.class);
    audit.outputs.fault = Fault.NONE;
    writer.write(entries(1, 1));
    writer.close();
    assertThat(audit.segments()).hasSize(2);
    assertThat(audit.records()).extracting(record -> record.n()).containsExactly(1L, 2L);
  }

  @Test
  void bytesThatSomebodyChangedMeanwhileAreNotSigned() throws IOException {
    SegmentWriter writer = writer(1 << 20);
    writer.write(entries(0, 1));
    audit.outputs.fault = Fault.FORCE;
    assertThatThrownBy(() -> writer.write(entries(1, 1))).isInstanceOf(IOException.class);
    audit.outputs.fault = Fault.NONE;
    Path segment = audit.segments().get(0);
    Files.writeString(
        segment, Files.readString(segment, UTF_8).replace("{\"i\":0}", "{\"i\":9}"), UTF_8);
    assertThatThrownBy(() -> writer.write(entries(1, 1))).isInstanceOf(AuditException.class);
  }

  @Test
  void theClockTicksForWhatIsSentAndFollowsWhatCame() throws IOException {
    SegmentWriter writer = writer(1 << 20);
    AuditEvent came =
        new AuditEvent(
            AuditEvent.Direction.DELIVERED,
            "swarm.need",
            0,
            0,
            "{\"lamport\":40}".getBytes(UTF_8),
            "");
    writer.write(List.of(new SegmentWriter.Entry(came, AuditContent.of(came.content()))));
    writer.write(entries(1, 1));
    writer.close();
    assertThat(audit.records()).extracting(record -> record.lamport()).containsExactly(41L, 42L);
  }
}
