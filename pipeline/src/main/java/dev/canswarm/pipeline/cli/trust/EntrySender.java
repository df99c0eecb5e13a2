package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StopSignal;
import dev.canswarm.pipeline.cli.dlq.DeadLetterRecord;
import dev.canswarm.pipeline.cli.dlq.LetterCheck;
import dev.canswarm.pipeline.cli.dlq.LetterCheck.Standing;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends entries of the control chain and waits until each is stored or refused. Blocks. */
public final class EntrySender {
  private static final long POLL_MILLIS = 100;

  /** Dead letters of the entry to check; further ones are dropped, since one of them is enough. */
  private static final int LETTERS_MAX = 16;

  /**
   * The result of sending an entry.
   *
   * @param reason why it is not stored; empty if it is
   */
  public record Outcome(boolean isStored, String reason) {}

  private final KafkaEndpoint kafka;
  private final SlotStore store;
  private final Duration wait;
  private final StopSignal stop;
  private final BlockingQueue<DeadLetterRecord> letters = new ArrayBlockingQueue<>(LETTERS_MAX);

  /**
   * @param wait longest wait for one read of the store
   * @param stop ends the wait for an entry
   */
  public EntrySender(KafkaEndpoint kafka, SlotStore store, Duration wait, StopSignal stop) {
    this.kafka = kafka;
    this.store = store;
    this.wait = wait;
    this.stop = stop;
  }

  /** Returns the draft of the entry with this payload after a head. */
  public static Draft draft(TrustState head, Control control) {
    return Draft.builder(Verb.CONTROL, Control.THREAD)
        .lamport(control.number())
        .parents(head.headId().isNone() ? List.of() : List.of(head.headId()))
        .policyHash(head.policy().hash())
        .payload(control.toJson())
        .build();
  }

  /**
   * Sends an entry of the control chain, and waits until it is stored or refused.
   *
   * @throws CommandException TIMED_OUT if neither is known in time: it may be stored later
   */
  public Outcome send(Envelope entry, long number, long timeoutMillis) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    try (TopicTail tail =
        TopicTail.start(
            kafka,
            List.of(Topics.DEAD_LETTERS),
            false,
            "swarm-trust-wait",
            message -> take(message, entry))) {
      publish(entry);
      while (System.nanoTime() - deadline < 0) {
        Optional<Outcome> outcome = poll(entry, number);
        if (outcome.isPresent()) {
          return outcome.get();
        }
        stop.await(POLL_MILLIS);
        stop.check();
      }
    }
    throw new CommandException(
        ExitCode.TIMED_OUT,
        "entry %d was sent, and is not stored within %d ms; it may be later: see ./swarm status and ./swarm trust list"
            .formatted(number, timeoutMillis));
  }

  private void publish(Envelope entry) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(kafka)) {
      byte[] key = entry.threadId().text().getBytes(StandardCharsets.UTF_8);
      Clients.send(producer, new ProducerRecord<>(Verb.CONTROL.topic(), key, entry.bytes()));
    }
  }

  void take(ConsumerRecord<byte[], byte[]> message, Envelope entry) {
    if (Arrays.equals(message.value(), entry.bytes())) {
      DeadLetterRecord.of(message).ifPresent(letters::offer);
    }
  }

  Optional<Outcome> poll(Envelope entry, long number) {
    Optional<String> stored =
        store
            .find(Slot.CONTROL_SCOPE, Slot.control(number).key())
            .blockOptional(wait)
            .map(SlotRow::id);
    if (stored.isPresent()) {
      return Optional.of(
          stored.get().equals(entry.id().text())
              ? new Outcome(true, "")
              : new Outcome(
                  false,
                  "another change became entry %d first; see ./swarm trust list, and run this again"
                      .formatted(number)));
    }
    // Dead letters are not signed; the store says which ones the swarm has sent.
    DeadLetterRecord letter = letters.poll();
    if (letter == null) {
      return Optional.empty();
    }
    Standing standing = new LetterCheck(store, wait).of(List.of(letter)).get(0);
    return standing == Standing.VERIFIED
        ? Optional.of(
            new Outcome(
                false,
                "the swarm refused it, "
                    + letter.reason()
                    + ": "
                    + Printable.value(letter.detail())))
        : Optional.empty();
  }
}
