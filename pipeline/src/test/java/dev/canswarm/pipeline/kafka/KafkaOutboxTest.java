package dev.canswarm.pipeline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class KafkaOutboxTest {
  private static final Duration WAIT = Duration.ofSeconds(120);

  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();

  @Test
  void completesWhenTheProducerHasTheAcknowledgement() {
    KafkaOutbox outbox = outbox(10);

    StepVerifier.create(outbox.send(List.of(message("a"))))
        .then(() -> assertThat(outbox.inFlight()).isEqualTo(1))
        .expectNoEvent(Duration.ofMillis(20))
        .then(() -> producer().completeNext())
        .verifyComplete();
    assertThat(outbox.inFlight()).isZero();
  }

  @Test
  void noMoreThanTheBoundAreWithTheProducerAndTheOthersFollowInOrder() {
    KafkaOutbox outbox = outbox(2);
    AtomicInteger completed = new AtomicInteger();
    Flux.range(0, 5)
        .flatMap(
            i -> outbox.send(List.of(message("m" + i))).doOnSuccess(v -> completed.addAndGet(1)), 5)
        .subscribe();

    assertThat(sent()).containsExactly("m0", "m1");
    producer().completeNext();
    assertThat(sent()).containsExactly("m0", "m1", "m2");
    while (producer().completeNext()) {
      assertThat(outbox.inFlight()).isLessThanOrEqualTo(2);
    }
    assertThat(sent()).containsExactly("m0", "m1", "m2", "m3", "m4");
    assertThat(completed).hasValue(5);
  }

  @Test
  void aListIsSentInItsOrderAndCompletesWhenTheProducerHasAllAcknowledgements() {
    KafkaOutbox outbox = outbox(2);
    StepVerifier.create(outbox.send(List.of(message("a"), message("b"), message("c"))))
        .then(() -> assertThat(sent()).containsExactly("a", "b", "c"))
        .then(() -> producer().completeNext())
        .then(() -> producer().completeNext())
        .expectNoEvent(Duration.ofMillis(20))
        .then(() -> assertThat(outbox.inFlight()).isEqualTo(3))
        .then(() -> producer().completeNext())
        .verifyComplete();
    assertThat(outbox.inFlight()).isZero();
  }

  @Test
  void anOutageOfOneRecordIsRetryableForItsListOnceAllAreAnswered() {
    KafkaOutbox outbox = outbox(10);
    StepVerifier.create(outbox.send(List.of(message("a"), message("b"), message("c"))))
        .then(() -> producer().completeNext())
        .then(() -> producer().errorNext(new NotEnoughReplicasException("one of two")))
        .expectNoEvent(Duration.ofMillis(20))
        .then(() -> producer().completeNext())
        .verifyError(RetryableException.class);
  }

  @Test
  void whatWillNeverBeTakenSaysMoreThanAnOutage() {
    KafkaOutbox outbox = outbox(10);
    StepVerifier.create(outbox.send(List.of(message("a"), message("b"))))
        .then(() -> producer().errorNext(new NotEnoughReplicasException("one of two")))
        .then(() -> producer().errorNext(new RecordTooLargeException("2 MB")))
        .verifyError(BusRefusedException.class);
  }

  @Test
  void aPassThatBreaksOffFailsItsListAndFreesItsPlaces() {
    KafkaOutbox outbox = outbox(10);
    StepVerifier.create(outbox.send(List.of(message("first"))))
        .then(() -> producer().completeNext())
        .verifyComplete();
    producer().sendException = new KafkaException("in an error state");
    StepVerifier.create(outbox.send(List.of(message("a"), message("b"))))
        .verifyError(RetryableException.class);
    assertThat(outbox.inFlight()).isZero();
  }

  @Test
  void anOutageIsRetryableAndKeepsTheProducer() {
    KafkaOutbox outbox = outbox(2);

    failsWith(outbox, new NotEnoughReplicasException("one of two"), RetryableException.class);
    failsWith(outbox, new TimeoutException("30 s"), RetryableException.class);

    assertThat(made).hasSize(1);
  }

  @Test
  void aRecordThatIsToBlameIsRefused() {
    KafkaOutbox outbox = outbox(2);

    failsWith(outbox, new RecordTooLargeException("2 MB"), BusRefusedException.class);

    assertThat(made).hasSize(1);
  }

  @Test
  void aProducerThatTakesNothingAnyMoreIsReplaced() {
    KafkaOutbox outbox = outbox(2);
    failsWith(outbox, new OutOfOrderSequenceException("7 after 5"), RetryableException.class);

    Mono<Void> next = outbox.send(List.of(message("again")));

    StepVerifier.create(next).then(() -> producer().completeNext()).verifyComplete();
    assertThat(made).hasSize(2);
    assertThat(made.get(0).closed()).isTrue();
  }

  @Test
  void anErrorThrownBySendAnswersToo() {
    KafkaOutbox outbox = outbox(1);
    StepVerifier.create(outbox.send(List.of(message("first"))))
        .then(() -> producer().completeNext())
        .verifyComplete();
    producer().sendException = new KafkaException("in an error state");

    StepVerifier.create(outbox.send(List.of(message("second"))))
        .verifyError(RetryableException.class);

    StepVerifier.create(outbox.send(List.of(message("third"))))
        .then(() -> producer().completeNext())
        .verifyComplete();
    assertThat(made).hasSize(2);
  }

  @Test
  void aMissingPermissionIsAnOutageAndDeadLettersNothing() {
    assertThat(KafkaErrors.ofSend(new TopicAuthorizationException("swarm.need")))
        .isEqualTo(KafkaErrors.Fate.RETRY_WITH_NEW_PRODUCER);
  }

  @Test
  void whatWaitsWhenItIsClosedFailsAsRetryable() {
    KafkaOutbox outbox = outbox(1);
    List<Throwable> failures = new ArrayList<>();
    AtomicInteger completed = new AtomicInteger();
    outbox
        .send(List.of(message("under way")))
        .subscribe(v -> {}, failures::add, completed::incrementAndGet);
    outbox
        .send(List.of(message("waits")))
        .subscribe(v -> {}, failures::add, completed::incrementAndGet);

    outbox.close(Duration.ofSeconds(1)).block();
    producer().completeNext();

    assertThat(completed).hasValue(1);
    assertThat(failures).singleElement().isInstanceOf(RetryableException.class);
    assertThat(producer().closed()).isTrue();
  }

  /** Runs with real threads: no result is lost between results and sends, for any bound. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256})
  void everySendIsAnsweredWithRealThreads(int sendInFlightMax) {
    var sending = Schedulers.newBoundedElastic(1, 64, "test-send");
    var answering = Schedulers.newSingle("test-sent");
    try {
      KafkaOutbox outbox = new KafkaOutbox(() -> make(true), sendInFlightMax, sending, answering);
      Flux<Integer> all =
          Flux.range(0, 20_000)
              .flatMap(i -> outbox.send(List.of(message("m" + i))).thenReturn(i), 64);

      StepVerifier.create(all.count()).expectNext(20_000L).expectComplete().verify(WAIT);
      assertThat(outbox.inFlight()).isZero();
    } finally {
      sending.dispose();
      answering.dispose();
    }
  }

  private void failsWith(
      KafkaOutbox outbox, RuntimeException cause, Class<? extends Throwable> expected) {
    StepVerifier.create(outbox.send(List.of(message("fails"))))
        .then(() -> producer().errorNext(cause))
        .verifyErrorSatisfies(
            failure -> assertThat(failure).isInstanceOf(expected).cause().isSameAs(cause));
  }

  private KafkaOutbox outbox(int sendInFlightMax) {
    return new KafkaOutbox(
        () -> make(false), sendInFlightMax, Schedulers.immediate(), Schedulers.immediate());
  }

  private Producer<byte[], byte[]> make(boolean autoComplete) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            autoComplete,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    made.add(producer);
    return producer;
  }

  private MockProducer<byte[], byte[]> producer() {
    return made.get(made.size() - 1);
  }

  private List<String> sent() {
    return producer().history().stream()
        .map(message -> new String(message.value(), UTF_8))
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> message(String value) {
    return new ProducerRecord<>("topic", 0, null, value.getBytes(UTF_8));
  }
}
