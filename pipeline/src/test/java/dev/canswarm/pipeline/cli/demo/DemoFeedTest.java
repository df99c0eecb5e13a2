package dev.canswarm.pipeline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Topics;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemoFeedTest {
  private static final List<String> THREADS = List.of("demo-1", "demo-2", "demo-3", "demo-4");
  private static final List<byte[]> NEEDS =
      THREADS.stream().map(thread -> ("NEED of " + thread).getBytes(UTF_8)).toList();
  private static final long SENT_SECONDS_MAX = 20;
  private static final long SILENT_MILLIS = 20;

  private final Kafka kafka = new Kafka();

  /** Acknowledges a record when it is told to. */
  private static final class Kafka extends MockProducer<byte[], byte[]> {
    private final BlockingQueue<ProducerRecord<byte[], byte[]>> sent = new LinkedBlockingQueue<>();

    Kafka() {
      super(
          false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> message, Callback callback) {
      try {
        return super.send(message, callback);
      } finally {
        sent.add(message);
      }
    }
  }

  private DemoFeed started(int openMax) {
    DemoFeed feed = new DemoFeed(kafka, THREADS, NEEDS, openMax);
    feed.start();
    return feed;
  }

  private void assertThatTheNextIs(String thread) throws InterruptedException {
    ProducerRecord<byte[], byte[]> next = kafka.sent.poll(SENT_SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    assertThat(next.topic()).isEqualTo(Topics.INTAKE);
    assertThat(new String(next.key(), UTF_8)).isEqualTo(thread);
    assertThat(new String(next.value(), UTF_8)).isEqualTo("NEED of " + thread);
  }

  private @Nullable Object sentMeanwhile() throws InterruptedException {
    return kafka.sent.poll(SILENT_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Test
  void onlySoManyNeedsAreOpenAndEachEndLetsTheNextGo() throws Exception {
    try (DemoFeed feed = started(2)) {
      assertThatTheNextIs("demo-1");
      assertThatTheNextIs("demo-2");
      assertThat(sentMeanwhile()).isNull();
      feed.finalized();
      assertThatTheNextIs("demo-3");
      assertThat(sentMeanwhile()).isNull();
      feed.finalized();
      assertThatTheNextIs("demo-4");
      assertThat(feed.failure()).isNull();
    }
  }

  @Test
  void theFirstRecordThatIsNotAcknowledgedIsTheFailure() throws Exception {
    RuntimeException first = new KafkaException("first");
    try (DemoFeed feed = started(2)) {
      assertThatTheNextIs("demo-1");
      assertThatTheNextIs("demo-2");
      assertThat(kafka.errorNext(first)).isTrue();
      assertThat(kafka.errorNext(new KafkaException("second"))).isTrue();
      assertThat(feed.failure()).isSameAs(first);
    }
  }

  @Test
  void whatCannotBeSentIsTheFailureAndEndsTheFeed() throws Exception {
    kafka.sendException = new KafkaException("no such topic");
    DemoFeed feed = started(4);
    assertThatTheNextIs("demo-1");
    feed.close();
    assertThat(feed.failure()).isSameAs(kafka.sendException);
    assertThat(kafka.sent).isEmpty();
  }

  @Test
  void closingEndsAFeedThatWaitsAndIsNoFailure() throws Exception {
    DemoFeed feed = started(1);
    assertThatTheNextIs("demo-1");
    feed.close();
    feed.finalized();
    assertThat(kafka.closed()).isTrue();
    assertThat(feed.failure()).isNull();
    assertThat(sentMeanwhile()).isNull();
  }
}
