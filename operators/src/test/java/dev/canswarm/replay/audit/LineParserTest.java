package dev.canswarm.replay.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line of the audit log is read as it is written, and any other one is refused. */
class LineParserTest {
  private static final SampleLog LOG = SampleLog.ofThreeBatches();
  private static final String ENVELOPE = text(0);
  private static final String RAW = text(1);
  private static final String CHECKPOINT = text(2);

  private static String text(int index) {
    return new String(LOG.lines.get(index), UTF_8);
  }

  private static AuditLine parse(String line) {
    return LineParser.parse(line.getBytes(UTF_8));
  }

  @Test
  void anEnvelopeIsReadBackByteForByte() {
    assertThat(parse(ENVELOPE))
        .isInstanceOfSatisfying(
            AuditRecord.class,
            record -> {
              assertThat(record.n()).isEqualTo(1);
              assertThat(new String(record.event().content(), UTF_8))
                  .isEqualTo("{\"a\":\"grün\",\"lamport\":7}");
              assertThat(record.event().note()).isEmpty();
            });
  }

  @Test
  void otherContentIsReadBackFromBase64WithItsNote() {
    assertThat(parse(RAW))
        .isInstanceOfSatisfying(
            AuditRecord.class,
            record -> {
              assertThat(new String(record.event().content(), UTF_8)).isEqualTo("no JSON");
              assertThat(record.event().note()).isEqualTo("MALFORMED_JSON");
            });
  }

  @Test
  void aCheckpointIsReadBackWithItsNodeAndSignature() {
    assertThat(parse(CHECKPOINT))
        .isInstanceOfSatisfying(
            AuditCheckpoint.class,
            checkpoint -> {
              assertThat(checkpoint.node()).isEqualTo(SampleLog.KEY.publicKey());
              assertThat(checkpoint.isSigned(SampleLog.ENGINE)).isTrue();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'\"n\":1', '\"n\":0', n",
    "'\"lamport\":2,\"n\"', '\"lamport\":0,\"n\"', lamport",
    "'\"offset\":2', '\"offset\":-2', offset",
    "'\"partition\":1', '\"partition\":-2', partition",
    "'\"partition\":1', '\"partition\":2147483648', partition",
    "'DELIVERED', 'RECEIVED', dir",
    "'\"timestamp_ns\":\"17', '\"timestamp_ns\":\"x17', timestamp_ns",
    "'\"timestamp_ns\":\"17', '\"timestamp_ns\":\"017', timestamp_ns",
    "'\"topic\":\"swarm.need\"', '\"topic\":7', topic",
    "'\"topic\"', '\"topics\"', topic",
  })
  void aMemberOfAnotherFormIsRefusedByName(String good, String bad, String named) {
    assertThat(ENVELOPE).contains(good);
    assertThatThrownBy(() -> parse(ENVELOPE.replace(good, bad)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(named);
  }

  @Test
  void membersThatNobodyKnowsAreRefused() {
    assertThatThrownBy(() -> parse(ENVELOPE.replace("\"topic\"", "\"tipic\":1,\"topic\"")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("tipic");
    assertThatThrownBy(() -> parse(CHECKPOINT.replace("\"sig_b64\"", "\"rig\":1,\"sig_b64\"")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("rig");
  }

  @Test
  void anotherSpellingOfTheSameValueIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> parse(ENVELOPE.replace("{\"dir\"", "{ \"dir\"")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("byte 1");
  }

  @Test
  void invalidJsonIsRefused() {
    assertThatThrownBy(() -> parse(ENVELOPE.substring(1))).isInstanceOf(JsonException.class);
  }

  @Test
  void anEmptyNoteIsNotWritten() {
    assertThatThrownBy(() -> parse(RAW.replace("MALFORMED_JSON", "")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("note");
  }

  @Test
  void contentInAnotherBase64SpellingIsRefused() {
    String content = RAW.replaceAll(".*\"raw_b64\":\"([^\"]*)\".*", "$1");
    assertThat(content).endsWith("=");
    assertThatThrownBy(
            () -> parse(RAW.replace(content, content.substring(0, content.length() - 1))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("raw_b64");
    assertThatThrownBy(() -> parse(RAW.replace(content, "*" + content.substring(1))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("raw_b64");
  }

  @Test
  void aCheckpointOfAnInvalidNodeKeyIsRefused() {
    String node = SampleLog.KEY.publicKey().base64();
    assertThatThrownBy(() -> parse(CHECKPOINT.replace(node, "node")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("node");
  }

  @Test
  void aHashOfAnotherFormIsRefused() {
    String previous = ENVELOPE.replaceAll(".*\"prev\":\"([^\"]*)\".*", "$1");
    assertThatThrownBy(() -> parse(ENVELOPE.replace(previous, previous.substring(1))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("prev");
  }
}
