package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.AttemptFailure.Kind;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.memory.MemoryFailureStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ReportedFailuresTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(ReportedFailures.class);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final MemoryFailureStore store = new MemoryFailureStore();
  private final List<AuditEvent> audited = new ArrayList<>();
  private final AuditLog audit = events -> Mono.fromRunnable(() -> audited.addAll(events));

  @BeforeEach
  void listen() {
    logged.start();
    LOG.addAppender(logged);
  }

  @AfterEach
  void stop() {
    LOG.detachAppender(logged);
    time.dispose();
  }

  private ReportedFailures over(FailureStore inner) {
    return new ReportedFailures(inner, audit, Map.of("key", "worker-1"), time);
  }

  private static AttemptFailure failure(int attempt, Kind kind, String error) {
    return new AttemptFailure(
        new NeedId("need"), new TaskId("task"), attempt, "key", kind, error, 5);
  }

  private List<String> lines() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aFailureIsLoggedWithTheAgentsNameAndKept() {
    over(store).keep(failure(1, Kind.FAILED, "no room")).block();
    assertThat(lines())
        .containsExactly("attempt failed need=need task=task attempt=1 agent=worker-1: no room");
    assertThat(logged.list.get(0).getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .containsExactly("need=need");
    assertThat(store.of(new NeedId("need")).block()).hasSize(1);
  }

  @Test
  void theSameWordsOfAnAttemptAreLoggedOnce() {
    ReportedFailures failures = over(store);
    failures.keep(failure(1, Kind.RETRIED, "away")).block();
    failures.keep(failure(1, Kind.RETRIED, "away")).block();
    failures.keep(failure(2, Kind.RETRIED, "away")).block();
    failures.keep(failure(1, Kind.FAILED, "away")).block();
    failures.keep(failure(1, Kind.RETRIED, "away")).block();
    assertThat(lines()).hasSize(4);
  }

  @Test
  void whatEndsAnAttemptIsAuditedOnceAndWhatIsTriedAgainIsNot() {
    ReportedFailures failures = over(store);
    failures.keep(failure(1, Kind.RETRIED, "away")).block();
    failures.keep(failure(1, Kind.ABSTAINED, "no artifact")).block();
    failures.keep(failure(1, Kind.ABSTAINED, "no artifact")).block();
    failures.keep(failure(2, Kind.FAILED, "exit code 3")).block();
    assertThat(audited)
        .extracting(AuditEvent::direction, ReportedFailuresTest::text)
        .containsExactly(
            tuple(
                Direction.ATTEMPT_ENDED,
                "{\"agent\":\"key\",\"attempt\":1,\"error\":\"no"
                    + " artifact\",\"kind\":\"ABSTAINED\",\"need_id\":\"need\",\"task_id\":\"task\"}"),
            tuple(
                Direction.ATTEMPT_ENDED,
                "{\"agent\":\"key\",\"attempt\":2,\"error\":\"exit code"
                    + " 3\",\"kind\":\"FAILED\",\"need_id\":\"need\",\"task_id\":\"task\"}"));
  }

  private static String text(AuditEvent event) {
    return new String(event.content(), StandardCharsets.UTF_8);
  }

  @Test
  void itIsKeptAlsoIfItCannotBeAudited() {
    AuditLog full = events -> Mono.error(new RetryableException("audit", new IOException("full")));
    StepVerifier.create(
            new ReportedFailures(store, full, Map.of(), time)
                .keep(failure(1, Kind.ABSTAINED, "no artifact")))
        .expectError(RetryableException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(store.of(new NeedId("need")).block()).hasSize(1);
  }

  @Test
  void nothingIsLoggedBeforeSomebodySubscribes() {
    Mono<Void> unused = over(store).keep(failure(1, Kind.FAILED, "no room"));
    assertThat(unused).isNotNull();
    assertThat(lines()).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerIsNotWaitedFor() {
    FailureStore silent =
        new FailureStore() {
          @Override
          public Mono<Void> keep(AttemptFailure failure) {
            return Mono.never();
          }

          @Override
          public Mono<List<AttemptFailure>> of(NeedId needId) {
            return Mono.never();
          }
        };
    StepVerifier.create(over(silent).keep(failure(1, Kind.FAILED, "no room")))
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
        .expectError(TimeoutException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(1)).startsWith("the failure of an attempt could not be stored");
  }

  /** The audit log answers, so its record is not given up with the store's. */
  @Test
  void aStoreThatDoesNotAnswerCostsNoAuditRecord() {
    AuditLog slow =
        events ->
            Mono.delay(Duration.ofMillis(900), time)
                .then(Mono.fromRunnable(() -> audited.addAll(events)));
    FailureStore away =
        new FailureStore() {
          @Override
          public Mono<Void> keep(AttemptFailure failure) {
            return Mono.error(new RetryableException("keep", new IOException("away")));
          }

          @Override
          public Mono<List<AttemptFailure>> of(NeedId needId) {
            return Mono.never();
          }
        };
    StepVerifier.create(
            new ReportedFailures(away, slow, Map.of(), time)
                .keep(failure(1, Kind.FAILED, "no room")))
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
        .expectError(RetryableException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(audited).hasSize(1);
    assertThat(lines()).filteredOn(line -> line.contains("could not be stored")).hasSize(1);
  }

  @Test
  void lostRecordsAreSaidNowAndThenWithTheirNumber() {
    AuditLog full = events -> Mono.error(new RetryableException("audit", new IOException("full")));
    ReportedFailures failures = new ReportedFailures(store, full, Map.of(), time);
    for (int attempt = 1; attempt <= 5; attempt++) {
      failures.keep(failure(attempt, Kind.FAILED, "no room")).onErrorComplete().block();
    }
    assertThat(lost()).hasSize(1);
    time.advanceTimeBy(Duration.ofMillis(ReportedFailures.LOST_MILLIS));
    failures.keep(failure(6, Kind.FAILED, "no room")).onErrorComplete().block();
    assertThat(lost()).hasSize(2);
    assertThat(lost().get(1)).contains("could not be audited, and 4 records before it");
  }

  private List<String> lost() {
    return lines().stream().filter(line -> line.contains("could not be")).toList();
  }
}
