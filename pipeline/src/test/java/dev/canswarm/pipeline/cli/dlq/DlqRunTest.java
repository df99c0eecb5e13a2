package dev.canswarm.pipeline.cli.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.pipeline.cli.dlq.LetterCheck.Standing;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which dead letters may be sent again: whoever writes to the topic of dead letters must not be
 * able to have the operator send something that nobody refused.
 */
class DlqRunTest {
  private static final RecordPosition SOURCE = new RecordPosition("", "swarm.intake", 3, 17);
  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final byte[] VALUE = "value".getBytes(UTF_8);

  private static DeadLetterRecord letter(
      String detail, byte @Nullable [] key, byte @Nullable [] value) {
    byte[] content = value == null ? new byte[0] : value;
    return new DeadLetterRecord(
        SOURCE, "BAD_SHAPE", "intake", detail, 0, content.length, Sha256.hex(content), key, value);
  }

  private static Optional<String> obstacle(
      DeadLetterRecord letter, Standing standing, byte @Nullable [] key, byte @Nullable [] value) {
    return DlqRun.obstacle(
        letter,
        standing,
        at -> {
          assertThat(at).isEqualTo(SOURCE);
          return Optional.of(new ConsumerRecord<>(at.topic(), 3, 17, key, value));
        });
  }

  @Test
  void theRefusedRecordItselfIsSentAgain() {
    assertThat(obstacle(letter("x", KEY, VALUE), Standing.VERIFIED, KEY, VALUE)).isEmpty();
    assertThat(obstacle(letter("x", null, null), Standing.VERIFIED, null, null)).isEmpty();
  }

  @Test
  void aLetterThatTheStoreDoesNotHoldOrCannotBeAskedForIsNot() {
    for (Standing standing : new Standing[] {Standing.UNVERIFIED, Standing.UNKNOWN}) {
      assertThat(obstacle(letter("x", KEY, VALUE), standing, KEY, VALUE))
          .contains("which is not verified");
    }
  }

  /** The slot of a letter names only the hash of its value. */
  @Test
  void anotherKeyOrValueThanThatOfTheRefusedRecordIsNot() {
    byte[] other = "other".getBytes(UTF_8);
    String wrong = "whose key or value is not that of the refused record";
    assertThat(obstacle(letter("x", other, VALUE), Standing.VERIFIED, KEY, VALUE)).contains(wrong);
    assertThat(obstacle(letter("x", null, VALUE), Standing.VERIFIED, KEY, VALUE)).contains(wrong);
    assertThat(obstacle(letter("x", KEY, VALUE), Standing.VERIFIED, null, VALUE)).contains(wrong);
    assertThat(obstacle(letter("x", KEY, VALUE), Standing.VERIFIED, KEY, other)).contains(wrong);
    assertThat(obstacle(letter("x", KEY, null), Standing.VERIFIED, KEY, new byte[0]))
        .contains(wrong);
  }

  @Test
  void aLetterThatWasCutIsNot() {
    assertThat(
            obstacle(
                letter("(cut: the key had 3 bytes) x", KEY, VALUE), Standing.VERIFIED, KEY, VALUE))
        .contains("whose content was cut");
  }

  @Test
  void aLetterWhoseRecordWasDeletedIsNot() {
    assertThat(DlqRun.obstacle(letter("x", KEY, VALUE), Standing.VERIFIED, at -> Optional.empty()))
        .hasValueSatisfying(why -> assertThat(why).contains("its topic no longer has the record"));
  }
}
