package dev.canswarm.replay.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AuditFormatTest {
  private static final ChainPosition START = ChainPosition.genesis(SampleLog.KEY.publicKey());

  private static String line(AuditEvent event) {
    byte[] line = AuditFormat.record(START, 5, 17, event, AuditContent.of(event.content()));
    return new String(line, UTF_8);
  }

  @Test
  void anEnvelopeIsJsonInItsLine() {
    var event =
        new AuditEvent(
            Direction.PUBLISHED, "swarm.need", 2, 30, "{\"lamport\":4}".getBytes(UTF_8), "");
    assertThat(line(event))
        .isEqualTo(
            "{\"dir\":\"PUBLISHED\",\"envelope\":{\"lamport\":4},\"lamport\":5,\"n\":1,"
                + "\"offset\":30,\"partition\":2,\"prev\":\""
                + START.lineHash()
                + "\",\"timestamp_ns\":\"17\",\"topic\":\"swarm.need\"}");
  }

  @Test
  void theGasOfAnEnvelopeComesAfterIt() {
    var event =
        new AuditEvent(
                Direction.DELIVERED, "swarm.need", 2, 30, "{\"lamport\":4}".getBytes(UTF_8), "")
            .withGas(394);
    assertThat(line(event)).contains("\"envelope\":{\"lamport\":4},\"gas\":394,\"lamport\":5,");
    assertThat(((AuditRecord) AuditFormat.parse(line(event).getBytes(UTF_8))).event().gas())
        .isEqualTo(394);
    String none = line(event).replace("\"gas\":394", "\"gas\":0");
    assertThatThrownBy(() -> AuditFormat.parse(none.getBytes(UTF_8)))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void anythingElseIsBase64InItsLine() {
    var event =
        new AuditEvent(
            Direction.DEAD_LETTERED, "swarm.dlq", -1, -1, "oops".getBytes(UTF_8), "BAD_SHAPE");
    assertThat(line(event))
        .isEqualTo(
            "{\"dir\":\"DEAD_LETTERED\",\"lamport\":5,\"n\":1,\"note\":\"BAD_SHAPE\","
                + "\"offset\":-1,\"partition\":-1,\"prev\":\""
                + START.lineHash()
                + "\",\"raw_b64\":\"b29wcw==\",\"timestamp_ns\":\"17\",\"topic\":\"swarm.dlq\"}");
  }

  @Property(tries = 500)
  void aRecordLineIsCanonicalAndReadsBack(
      @ForAll Direction direction,
      @ForAll byte[] content,
      @ForAll String topic,
      @ForAll String note,
      @ForAll @IntRange(min = -1) int partition,
      @ForAll @LongRange(min = -1, max = (1L << 53) - 1) long offset,
      @ForAll @LongRange(min = 1, max = (1L << 53) - 1) long lamport,
      @ForAll long nanos,
      @ForAll @LongRange(min = 0, max = (1L << 53) - 1) long gas) {
    var event = new AuditEvent(direction, topic, partition, offset, content, note).withGas(gas);
    byte[] line = AuditFormat.record(START, lamport, nanos, event, AuditContent.of(content));
    assertThat(CanonicalJson.write(StrictJson.parse(line))).isEqualTo(line);
    assertThat((long) line.length).isLessThan(AuditFormat.lineBytesMax(event));
    var read =
        new AuditEvent(direction, wellFormed(topic), partition, offset, content, wellFormed(note))
            .withGas(gas);
    assertThat(AuditFormat.parse(line))
        .usingRecursiveComparison()
        .isEqualTo(new AuditRecord(1, START.lineHash(), lamport, nanos, read));
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  @Test
  void aCheckpointIsSignedAndReadsBack() {
    byte[] line =
        AuditFormat.checkpoint(new ChainPosition(9, START.lineHash(), 44), 17, SampleLog.KEY);
    assertThat(AuditFormat.parse(line))
        .isInstanceOfSatisfying(
            AuditCheckpoint.class,
            checkpoint -> {
              assertThat(checkpoint.n()).isEqualTo(9);
              assertThat(checkpoint.lamport()).isEqualTo(44);
              assertThat(checkpoint.node()).isEqualTo(SampleLog.KEY.publicKey());
              assertThat(checkpoint.isSigned(SampleLog.ENGINE)).isTrue();
            });
  }

  @Test
  void aLongNoteIsCutOff() {
    var event = new AuditEvent(Direction.PUBLISHED, "t", 0, 0, new byte[0], "n".repeat(1 << 20));
    assertThat(line(event)).hasSizeLessThan(4096);
  }

  @Test
  void theDeepestEnvelopeThatIsReadFitsIntoALine() {
    String deep = "{\"a\":".repeat(64) + "1" + "}".repeat(64);
    var event = new AuditEvent(Direction.PUBLISHED, "t", 0, 0, deep.getBytes(UTF_8), "");
    assertThat(AuditFormat.parse(line(event).getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            AuditRecord.class,
            entry -> assertThat(entry.event().content()).isEqualTo(deep.getBytes(UTF_8)));
  }

  @Test
  void theLargestContentFitsIntoALineAndOneByteMoreIsRefused() {
    var largest =
        new AuditEvent(Direction.PUBLISHED, "t", 0, 0, new byte[AuditFormat.CONTENT_BYTES_MAX], "");
    assertThat(line(largest)).hasSizeLessThan(AuditFormat.LINE_BYTES_MAX);
    var tooLarge =
        new AuditEvent(
            Direction.PUBLISHED, "t", 0, 0, new byte[AuditFormat.CONTENT_BYTES_MAX + 1], "");
    assertThatThrownBy(() -> line(tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8388609");
  }

  @Test
  void anotherSpellingOfALineIsRefused() {
    var event = new AuditEvent(Direction.PUBLISHED, "t", 0, 0, "x".getBytes(UTF_8), "note");
    String line = line(event);
    assertRefused(line.replace(":5,", ": 5,"));
    assertRefused(line.replace(":5,", ":5.0,"));
    assertRefused(line.replace("eA==", "eB=="));
    assertRefused(line.replace("eA==", "eA"));
    assertRefused(line.replace("\"17\"", "\"+17\""));
    assertRefused(line.replace("\"17\"", "\"017\""));
    assertRefused(line.replace("\"note\":\"note\"", "\"note\":\"\""));
    assertRefused(line.replace("PUBLISHED", "published"));
    assertRefused(line.replace("\"topic\":\"t\"", "\"topic\":\"t\",\"zzz\":1"));
    assertRefused(line.replace("\"offset\":0,", ""));
    assertRefused(line.substring(0, line.length() - 1));
    assertRefused("{}");
    assertRefused("");
  }

  private static void assertRefused(String line) {
    assertThatThrownBy(() -> AuditFormat.parse(line.getBytes(UTF_8)))
        .as(line)
        .isInstanceOfAny(JsonException.class, ShapeException.class);
  }
}
