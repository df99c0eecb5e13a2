package dev.canswarm.benchmarks.load.collect;

import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Follows FINALIZEs and dead letters from now on and notes when they come, on a thread of its own.
 * It does as little as possible while the clock runs: it scans for one member of the envelope.
 */
public final class EndTail implements AutoCloseable {
  public static final String FINALIZE = "swarm.finalize";
  public static final String DEAD_LETTERS = "swarm.dlq";
  private static final String INTAKE = "swarm.intake";
  private static final String SOURCE_TOPIC = "swarm-topic";
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final PhaseRecords records;
  private final EndLedger ledger;
  private final Map<TopicPartition, Long> from;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::follow, "bench-tail");
  private volatile boolean closed;

  private EndTail(
      Consumer<byte[], byte[]> consumer,
      PhaseRecords records,
      EndLedger ledger,
      Map<TopicPartition, Long> from) {
    this.consumer = consumer;
    this.records = records;
    this.ledger = ledger;
    this.from = from;
  }

  /** Begins at the present ends of the topics; what comes later is not missed. */
  public static EndTail start(String bootstrap, PhaseRecords records, EndLedger ledger) {
    return start(Consumers.make(bootstrap), records, ledger);
  }

  /** Takes over the consumer, and closes it in the end. */
  static EndTail start(Consumer<byte[], byte[]> consumer, PhaseRecords records, EndLedger ledger) {
    List<TopicPartition> partitions = Consumers.partitions(consumer, FINALIZE, DEAD_LETTERS);
    consumer.assign(partitions);
    Map<TopicPartition, Long> from = consumer.endOffsets(partitions);
    from.forEach(consumer::seek);
    var tail = new EndTail(consumer, records, ledger, from);
    tail.thread.setDaemon(true);
    tail.thread.start();
    return tail;
  }

  /** Returns the offset in each partition from which it reads. */
  public Map<TopicPartition, Long> from() {
    return from;
  }

  /** Why it stopped, or null. */
  public @Nullable Exception failure() {
    return failure.get();
  }

  private void follow() {
    try (consumer) {
      while (!closed) {
        var polled = consumer.poll(POLL);
        long now = System.nanoTime();
        polled.forEach(message -> note(message, now));
      }
    } catch (WakeupException closing) {
      // Asked to stop.
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> message, long now) {
    byte[] key = message.key();
    if (key == null || !records.isOfThread(new String(key, StandardCharsets.UTF_8))) {
      return;
    }
    if (message.topic().equals(FINALIZE)) {
      NeedIdScan.of(message.value()).ifPresent(needId -> ledger.ended(needId, now));
    } else if (source(message).filter(INTAKE::equals).isPresent()) {
      ledger.refused(now);
    }
  }

  private static Optional<String> source(ConsumerRecord<byte[], byte[]> message) {
    Header header = message.headers().lastHeader(SOURCE_TOPIC);
    return header == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
