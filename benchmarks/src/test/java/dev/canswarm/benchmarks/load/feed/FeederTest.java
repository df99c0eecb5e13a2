package dev.canswarm.benchmarks.load.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a guard against a hang
class FeederTest {
  private static final int NEEDS = 5;
  private static final PhaseRecords RECORDS =
      new PhaseRecords("feed", NEEDS, 2, PhaseRecords.Texts.of(24), 0, 0);

  /** Tells when so many records were handed over. */
  private static final class CountingProducer extends MockProducer<byte[], byte[]> {
    final CountDownLatch sent;

    CountingProducer(boolean acknowledges, int expected) {
      super(acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.sent = new CountDownLatch(expected);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> message, Callback callback) {
      Future<RecordMetadata> future = super.send(message, callback);
      sent.countDown();
      return future;
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void everyRecordIsSentInOrderToTheIntakeUnderItsThread() throws Exception {
    var producer = new CountingProducer(true, NEEDS);
    try (var feeder = new Feeder(producer, RECORDS, new RateSchedule(0))) {
      feeder.start(System.nanoTime());
      await(producer.sent);
      assertThat(feeder.acknowledged()).isEqualTo(NEEDS);
      assertThat(feeder.failure()).isNull();
    }
    assertThat(producer.closed()).isTrue();
    for (int number = 0; number < NEEDS; number++) {
      ProducerRecord<byte[], byte[]> sent = producer.history().get(number);
      assertThat(sent.topic()).isEqualTo("swarm.intake");
      assertThat(new String(sent.key(), StandardCharsets.UTF_8))
          .isEqualTo(RECORDS.thread(number).text());
      assertThat(sent.value()).isEqualTo(RECORDS.value(number));
    }
  }

  @Test
  void aRecordThatIsNotAcknowledgedDoesNotCountAndTheFirstFailureIsKept() throws Exception {
    var producer = new CountingProducer(false, NEEDS);
    try (var feeder = new Feeder(producer, RECORDS, new RateSchedule(0))) {
      feeder.start(System.nanoTime());
      await(producer.sent);
      assertThat(feeder.acknowledged()).isZero();
      assertThat(producer.completeNext()).isTrue();
      assertThat(producer.errorNext(new TimeoutException("first"))).isTrue();
      assertThat(producer.errorNext(new TimeoutException("second"))).isTrue();
      assertThat(feeder.acknowledged()).isEqualTo(1);
      assertThat(feeder.failure()).hasMessage("first");
    }
  }

  @Test
  void closingEndsAFeederWhoseNextRecordIsNotDueYet() throws Exception {
    var producer = new CountingProducer(true, 1);
    try (var feeder = new Feeder(producer, RECORDS, new RateSchedule(1e-6))) {
      feeder.start(System.nanoTime());
      await(producer.sent);
    }
    assertThat(producer.history()).as("the second one is due after days").hasSize(1);
    assertThat(producer.closed()).isTrue();
  }
}
