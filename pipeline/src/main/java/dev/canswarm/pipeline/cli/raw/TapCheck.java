package dev.canswarm.pipeline.cli.raw;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.dlq.DeadLetterRecord;
import dev.canswarm.pipeline.cli.dlq.LetterCheck;
import dev.canswarm.pipeline.cli.kafka.MessageCheck;
import dev.canswarm.pipeline.cli.kafka.MessageCheck.Standing;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Stored.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Verifies each record for {@code ./swarm tap --verify}. Not thread-safe; blocks. */
final class TapCheck implements AutoCloseable {
  private static final byte[] NO_BYTES = {};

  private final MessageCheck messages;
  private final SlotStore store;
  private final Duration wait;
  private final Runnable closing;

  /**
   * @param wait longest wait for one read
   * @param closing closes the store
   */
  TapCheck(MessageCheck messages, SlotStore store, Duration wait, Runnable closing) {
    this.messages = messages;
    this.store = store;
    this.wait = wait;
    this.closing = closing;
  }

  static TapCheck open(DataAccess access, CommandContext context) throws Exception {
    PostgresSlotStore store = StoreAccess.open(access);
    Duration wait = StoreAccess.wait(access);
    return new TapCheck(
        MessageCheck.ofTopics(access, store, wait, context.time()),
        store,
        wait,
        () -> store.closeLater().block(StoreAccess.CLOSE_MAX));
  }

  /** Returns what is wrong with a record; a problem's first word is a reason code. */
  Standing of(ConsumerRecord<byte[], byte[]> message) {
    byte[] value = message.value() == null ? NO_BYTES : message.value();
    if (message.topic().equals(Topics.DEAD_LETTERS)) {
      return letter(message);
    }
    boolean isOfVerb =
        Stream.of(Verb.values()).anyMatch(verb -> verb.topic().equals(message.topic()));
    if (!isOfVerb) {
      return new Standing("UNSIGNED: records of this topic carry no signature");
    }
    Message sent;
    try {
      sent = messages.decode(value);
    } catch (RefusedException e) {
      return MessageCheck.refused(e);
    }
    try {
      List<SlotRow> rows = rows(sent.envelope());
      return messages
          .withArchived(rows, store, wait)
          .within(sent, message.topic(), rows, this::held);
    } catch (RetryableException | IllegalStateException away) {
      Standing itself = messages.itself(sent, message.topic());
      return itself.isVerified()
          ? new Standing("UNKNOWN: signed, but PostgreSQL is away: it may not follow")
          : itself;
    }
  }

  private List<SlotRow> rows(Envelope sent) {
    return sent.verb().isOfNoNeed()
        ? List.of()
        : store.ofNeed(sent.need()).blockOptional(wait).orElseThrow();
  }

  private Optional<SlotRow> held(SlotKey key) {
    return store.find(key.scope(), key.slot()).blockOptional(wait);
  }

  private Standing letter(ConsumerRecord<byte[], byte[]> message) {
    return DeadLetterRecord.of(message)
        .map(letter -> new LetterCheck(store, wait).of(List.of(letter)).get(0))
        .map(
            standing ->
                switch (standing) {
                  case VERIFIED -> new Standing("");
                  case UNVERIFIED -> new Standing("UNVERIFIED: its slot holds another content");
                  case UNKNOWN -> new Standing("UNKNOWN: PostgreSQL is away");
                })
        .orElseGet(() -> new Standing("BAD_SHAPE: its headers are not those of a dead letter"));
  }

  @Override
  public void close() {
    closing.run();
  }
}
