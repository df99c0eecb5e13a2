package dev.canswarm.pipeline.cli.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.kafka.MessageCheck;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.stage.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What {@code tap --verify} says of a record, by the topic that it came from. */
class TapCheckTest {
  private static final RecordedNeed NEED = RecordedNeed.ofOneTask();
  private static final byte[] LETTER = "no json".getBytes(UTF_8);

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);

  /** A store that does not answer. */
  private static final class Away extends ForwardingSlotStore {
    Away(SlotStore store) {
      super(store);
    }

    @Override
    public Mono<List<SlotRow>> needs(Collection<NeedId> ids) {
      return Mono.error(new RetryableException("needs", new IOException("away")));
    }

    @Override
    public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
      return Mono.error(new RetryableException("find", new IOException("away")));
    }
  }

  private static TapCheck check(SlotStore store) {
    return new TapCheck(
        new MessageCheck(RecordedNeed.CODEC, NEED.chain()),
        store,
        Duration.ofSeconds(10),
        () -> {});
  }

  private static String problem(SlotStore from, String topic, byte @Nullable [] value) {
    return check(from).of(new ConsumerRecord<>(topic, 0, 0, null, value)).problem();
  }

  private static String letter(SlotStore from, Map<String, String> headers) {
    RecordHeaders all = new RecordHeaders();
    headers.forEach((name, value) -> all.add(name, value.getBytes(UTF_8)));
    return check(from)
        .of(
            new ConsumerRecord<>(
                Topics.DEAD_LETTERS,
                0,
                0,
                0L,
                TimestampType.CREATE_TIME,
                0,
                LETTER.length,
                null,
                LETTER,
                all,
                Optional.empty()))
        .problem();
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>();
    headers.put("swarm-topic", "swarm.intake");
    headers.put("swarm-partition", "0");
    headers.put("swarm-offset", "7");
    headers.put("swarm-reason", "MALFORMED_JSON");
    headers.put("swarm-detail", "at byte 0");
    return headers;
  }

  private void refused(String says) {
    SlotRow row =
        SlotRow.at(DeadLetters.SCOPE, "swarm.intake/0/7")
            .id(Sha256.hex(LETTER))
            .kind(DeadLetters.KIND)
            .sender("process")
            .bytes(says.getBytes(UTF_8))
            .build();
    StoredRows.fill(store, List.of(row)).block();
  }

  @Test
  void whatIsStoredIsVerifiedOnItsOwnTopic() {
    StoredRows.fill(store, NEED.rows()).block();
    byte[] end = NEED.row(Verb.FINALIZE).bytes();
    assertThat(problem(store, Verb.FINALIZE.topic(), end)).isEmpty();
    assertThat(problem(store, Verb.NEED.topic(), NEED.row(Verb.NEED).bytes())).isEmpty();
    assertThat(problem(store, Verb.NEED.topic(), end)).isNotEmpty();
  }

  @Test
  void anEndThatTheStoreDoesNotHoldIsNot() {
    StoredRows.fill(store, NEED.rows()).block();
    byte[] forged = NEED.forgedEnd("coordinator").bytes();
    assertThat(problem(store, Verb.FINALIZE.topic(), forged)).startsWith("NOT_DERIVED");
    List<SlotRow> open = NEED.rows();
    open.removeIf(row -> row.slot().equals(Slot.FINALIZE.key()));
    MemorySlotStore before = new MemorySlotStore(() -> 0);
    StoredRows.fill(before, open).block();
    assertThat(problem(before, Verb.FINALIZE.topic(), NEED.row(Verb.FINALIZE).bytes()))
        .isEqualTo("NOT_STORED: its slot is free");
  }

  @Test
  void withoutTheStoreOnlyTheSignatureIsKnown() {
    SlotStore away = new Away(store);
    byte[] end = NEED.row(Verb.FINALIZE).bytes();
    assertThat(problem(away, Verb.FINALIZE.topic(), end))
        .isEqualTo("UNKNOWN: signed, but PostgreSQL is away: it may not follow");
    assertThat(problem(away, Verb.FINALIZE.topic(), NEED.forgedEnd("worker-1").bytes()))
        .startsWith("SENDER_NOT_AUTHORISED");
  }

  @Test
  void whatIsNoMessageIsRefusedForItsReason() {
    assertThat(problem(store, Verb.NEED.topic(), LETTER)).startsWith("MALFORMED_JSON: ");
    assertThat(problem(store, Verb.NEED.topic(), null)).startsWith("MALFORMED_JSON: ");
  }

  @Test
  void onATopicOfNoVerbNothingIsSigned() {
    assertThat(problem(store, "swarm.intake", NEED.row(Verb.NEED).bytes())).startsWith("UNSIGNED");
  }

  @Test
  void aDeadLetterIsComparedWithItsSlot() {
    assertThat(letter(store, headers())).startsWith("UNVERIFIED");
    refused("MALFORMED_JSON: at byte 0");
    assertThat(letter(store, headers())).isEmpty();
    Map<String, String> other = headers();
    other.put("swarm-detail", "at byte 1");
    assertThat(letter(store, other)).startsWith("UNVERIFIED: its slot holds another content");
    assertThat(letter(new Away(store), headers())).startsWith("UNKNOWN");
  }

  @Test
  void aRecordWithoutTheHeadersOfALetterIsNone() {
    Map<String, String> headers = headers();
    headers.remove("swarm-reason");
    assertThat(letter(store, headers)).startsWith("BAD_SHAPE: ");
    assertThat(letter(store, Map.of())).startsWith("BAD_SHAPE: ");
  }
}
