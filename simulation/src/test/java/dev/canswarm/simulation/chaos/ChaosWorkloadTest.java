package dev.canswarm.simulation.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChaosWorkloadTest {
  private static final int SENT_SECONDS_MAX = 20;

  private final NeedLedger ledger = new NeedLedger();
  private final Kafka kafka = new Kafka();
  private final ChaosWorkload workload =
      new ChaosWorkload(kafka, ledger, new SplittableRandom(7), () -> 1_234);

  /** Acknowledges a record when it is told to. */
  private static final class Kafka extends MockProducer<byte[], byte[]> {
    private final Map<String, List<String>> valuesByThread = new LinkedHashMap<>();
    private final CountDownLatch full = new CountDownLatch(1);
    private final CountDownLatch one = new CountDownLatch(1);

    Kafka() {
      super(
          false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> message, Callback callback) {
      String thread = new String(message.key(), UTF_8);
      if (valuesByThread.size() == ChaosWorkload.OPEN_MAX && !valuesByThread.containsKey(thread)) {
        one.countDown();
      }
      valuesByThread
          .computeIfAbsent(thread, name -> new ArrayList<>())
          .add(new String(message.value(), UTF_8));
      Future<RecordMetadata> sent = super.send(message, callback);
      if (valuesByThread.size() == ChaosWorkload.OPEN_MAX) {
        full.countDown();
      }
      return sent;
    }

    synchronized Map<String, List<String>> sent() {
      return new LinkedHashMap<>(valuesByThread);
    }
  }

  @AfterEach
  void stop() {
    workload.close();
  }

  /** Returns the thread that publishes, once it waits. */
  private static Thread waiting() {
    Thread feed =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("swarm-chaos-feed"))
            .findFirst()
            .orElseThrow();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SENT_SECONDS_MAX);
    while (feed.getState() != Thread.State.TIMED_WAITING) {
      assertThat(System.nanoTime()).as("it is %s", feed.getState()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    return feed;
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(SENT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void noMoreNeedsAreOpenThanMayBeAndEachEndMakesRoomForAnother() throws Exception {
    workload.start();
    await(kafka.full);
    assertThat(kafka.one.await(50, TimeUnit.MILLISECONDS)).as("none has ended").isFalse();
    ledger.ended("chaos-1", 1);
    await(kafka.one);
    assertThat(kafka.sent()).containsKey("chaos-" + (ChaosWorkload.OPEN_MAX + 1));
  }

  @Test
  void aRecordCountsOnceItIsAcknowledgedAndOneThatIsNotAsFailed() throws Exception {
    workload.start();
    await(kafka.full);
    assertThat(ledger.fed()).isZero();
    assertThat(kafka.errorNext(new TimeoutException("away"))).isTrue();
    assertThat(workload.failed()).isEqualTo(1);
    assertThat(kafka.completeNext()).isTrue();
    assertThat(ledger.fed()).isEqualTo(1);
    assertThat(ledger.places()).hasSize(1).allMatch(place -> place.matches("0/[01]"));
    assertThat(ledger.inFlight(kafka.sent().keySet(), 1_233)).isZero();
    assertThat(ledger.inFlight(kafka.sent().keySet(), 1_234)).isEqualTo(1);
  }

  @Test
  void stoppingWaitsForEveryAcknowledgementAndSendsNothingMore() throws Exception {
    workload.start();
    await(kafka.full);
    waiting();
    workload.stop();
    assertThat(kafka.sent()).hasSize(ChaosWorkload.OPEN_MAX);
    assertThat(ledger.fed()).isEqualTo(ChaosWorkload.OPEN_MAX);
    assertThat(workload.failed()).isZero();
  }

  @Test
  void whileKafkaAcknowledgesNothingItsThreadWaitsAndClosingEndsIt() throws Exception {
    workload.start();
    await(kafka.full);
    Thread feed = waiting();
    workload.close();
    assertThat(feed.isAlive()).isFalse();
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void someNeedsAreSentTwiceAsTheyWereSomeArePlansAndSomeMustBeRefused() throws Exception {
    workload.start();
    await(kafka.full);
    int twice = 0;
    int plans = 0;
    int refused = 0;
    for (List<String> values : kafka.sent().values()) {
      JsonObject need = parsed(values.get(0));
      if (need == null || need.get("nothing") != null) {
        refused++;
      } else if (need.get("tasks") != null) {
        plans++;
      }
      boolean isKeyed = need != null && need.get("idempotency_key") != null;
      if (isKeyed && values.size() == 2) {
        twice++;
      }
      assertThat(values.size()).isLessThanOrEqualTo(isKeyed ? 2 : 1);
      assertThat(values).containsOnly(values.get(0));
    }
    assertThat(twice).isBetween(1, ChaosWorkload.OPEN_MAX / 4);
    assertThat(plans).isBetween(1, ChaosWorkload.OPEN_MAX / 4);
    assertThat(refused).isBetween(1, ChaosWorkload.OPEN_MAX / 8);
  }

  private static @Nullable JsonObject parsed(String value) {
    try {
      return StrictJson.parseObject(value.getBytes(UTF_8));
    } catch (JsonException e) {
      return null;
    }
  }
}
