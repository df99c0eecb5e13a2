package dev.canswarm.pipeline.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.command.StopSignal;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.stage.DeadLetters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** What became of an entry, by what is stored and by dead letters. */
class EntrySenderTest {
  private static final TrustState HEAD = ControlFixture.genesis(1);
  private static final Envelope ENTRY = entry("verifier-1");

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);
  private final EntrySender sender =
      new EntrySender(
          new KafkaEndpoint("127.0.0.1:1", Map.of()),
          store,
          Duration.ofSeconds(10),
          new StopSignal());

  private static Envelope entry(String retired) {
    return ControlFixture.entry(HEAD, new ControlChange.Retire(ControlFixture.publicKey(retired)));
  }

  private void stored(Envelope entry) {
    SlotRow row =
        SlotRow.at(Slot.CONTROL_SCOPE, Slot.control(1).key())
            .id(entry.id().text())
            .kind(entry.verb().name())
            .bytes(entry.bytes())
            .build();
    StoredRows.fill(store, List.of(row)).block();
  }

  private static ConsumerRecord<byte[], byte[]> letter(byte[] value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("swarm-topic", "swarm.control".getBytes(UTF_8));
    headers.add("swarm-partition", "0".getBytes(UTF_8));
    headers.add("swarm-offset", "7".getBytes(UTF_8));
    headers.add("swarm-reason", "CHANGE_REFUSED".getBytes(UTF_8));
    headers.add("swarm-detail", "no\u001b[2J".getBytes(UTF_8));
    return new ConsumerRecord<>(
        Topics.DEAD_LETTERS,
        0,
        0,
        0L,
        TimestampType.CREATE_TIME,
        0,
        value.length,
        new byte[0],
        value,
        headers,
        Optional.empty());
  }

  private void refused() {
    SlotRow row =
        SlotRow.at(DeadLetters.SCOPE, "swarm.control/0/7")
            .id(Sha256.hex(ENTRY.bytes()))
            .kind(DeadLetters.KIND)
            .sender("process")
            .bytes("CHANGE_REFUSED: no\u001b[2J".getBytes(UTF_8))
            .build();
    StoredRows.fill(store, List.of(row)).block();
  }

  @Test
  void anEntryIsTheFirstOrFollowsTheHead() {
    Control control = Control.parse(ENTRY.payload());
    Draft first = EntrySender.draft(HEAD, control);
    assertThat(ControlFixture.CODEC.sign(first, ControlFixture.key("admin-1"), 1_000_000_000L).id())
        .isEqualTo(ENTRY.id());
    TrustState after = ControlFixture.apply(HEAD, ENTRY);
    Control next =
        new Control(
            2,
            HEAD.genesis(),
            new ControlChange.Retire(ControlFixture.publicKey("verifier-2")),
            List.of(),
            null);
    Envelope second =
        ControlFixture.CODEC.sign(
            EntrySender.draft(after, next), ControlFixture.key("admin-1"), 2_000_000_000L);
    assertThat(second.parents()).containsExactly(ENTRY.id());
    assertThat(ControlFixture.apply(after, second).number()).isEqualTo(2);
  }

  @Test
  void anEntryOfWhichNothingIsKnownIsAwaited() {
    assertThat(sender.poll(ENTRY, 1)).isEmpty();
  }

  @Test
  void anEntryInItsSlotIsStored() {
    stored(ENTRY);
    assertThat(sender.poll(ENTRY, 1)).contains(new EntrySender.Outcome(true, ""));
  }

  @Test
  void anotherEntryInItsSlotCameFirst() {
    stored(entry("verifier-2"));
    assertThat(sender.poll(ENTRY, 1))
        .hasValueSatisfying(
            outcome -> {
              assertThat(outcome.isStored()).isFalse();
              assertThat(outcome.reason()).startsWith("another change became entry 1 first");
            });
    assertThat(sender.poll(ENTRY, 2)).isEmpty();
  }

  @Test
  void aDeadLetterThatTheStoreKnowsIsARefusal() {
    refused();
    sender.take(letter(ENTRY.bytes()), ENTRY);
    assertThat(sender.poll(ENTRY, 1))
        .contains(
            new EntrySender.Outcome(false, "the swarm refused it, CHANGE_REFUSED: no\\u001b[2J"));
  }

  @Test
  void aForgedDeadLetterOrOneOfAnotherRecordIsNot() {
    sender.take(letter(ENTRY.bytes()), ENTRY);
    assertThat(sender.poll(ENTRY, 1)).as("forged").isEmpty();
    refused();
    sender.take(letter(entry("verifier-2").bytes()), ENTRY);
    assertThat(sender.poll(ENTRY, 1)).as("of another record").isEmpty();
  }

  @Test
  void whatIsStoredCountsThoughARefusalCameToo() {
    refused();
    sender.take(letter(ENTRY.bytes()), ENTRY);
    stored(ENTRY);
    assertThat(sender.poll(ENTRY, 1)).contains(new EntrySender.Outcome(true, ""));
  }

  @Test
  void manyForgedDeadLettersStopNoReader() {
    for (int i = 0; i < 100; i++) {
      sender.take(letter(ENTRY.bytes()), ENTRY);
    }
    stored(ENTRY);
    assertThat(sender.poll(ENTRY, 1)).contains(new EntrySender.Outcome(true, ""));
  }
}
