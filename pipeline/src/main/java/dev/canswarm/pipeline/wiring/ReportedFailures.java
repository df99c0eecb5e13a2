package dev.canswarm.pipeline.wiring;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.FailureStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Logs every failure of an attempt in one line, before it is stored, and audits those that end the
 * attempt. Repeated failures with the same text are logged and audited once. An attempt waits at
 * most {@link #KEEP_WAIT_MAX} for a store or a disk that does not answer. Thread-safe.
 */
final class ReportedFailures implements FailureStore {
  private static final Logger LOG = LoggerFactory.getLogger(ReportedFailures.class);

  /** Most attempts whose last text is remembered, so that it is not logged again. */
  private static final int REMEMBERED_MAX = 1_024;

  /** Longest time that an attempt waits until its failure is stored and audited. */
  private static final Duration KEEP_WAIT_MAX = Duration.ofSeconds(1);

  /** The interval between two lines about records that are lost. */
  static final long LOST_MILLIS = 30_000;

  private final FailureStore store;
  private final AuditLog audit;
  private final Map<String, String> nameByKey;
  private final Scheduler timer;
  private final Map<String, String> remembered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** Records that were lost since the last warning about it. */
  private long lost;

  /** When the last warning was logged; empty before the first one. */
  private OptionalLong saidMillis = OptionalLong.empty();

  /**
   * @param nameByKey names of this process's agents by public key
   */
  ReportedFailures(
      FailureStore store, AuditLog audit, Map<String, String> nameByKey, Scheduler timer) {
    this.store = store;
    this.audit = audit;
    this.nameByKey = nameByKey;
    this.timer = timer;
  }

  @Override
  public Mono<Void> keep(AttemptFailure failure) {
    return Mono.defer(
        () -> {
          boolean isNew = !isRepeated(failure);
          if (isNew) {
            LOG.atWarn().addKeyValue("need", failure.needId().text()).log(line(failure));
          }
          Mono<Void> audited =
              isNew && endsAttempt(failure) ? audit.append(failure.audited()) : Mono.empty();
          return Mono.whenDelayError(
              waitedFor("stored", store.keep(failure)), waitedFor("audited", audited));
        });
  }

  /** Each has its own time, so that one that does not answer does not cost the other's record. */
  private Mono<Void> waitedFor(String what, Mono<Void> kept) {
    return kept.timeout(KEEP_WAIT_MAX, timer).doOnError(error -> lost(what, error));
  }

  /** Says that a record is lost, at most once in {@link #LOST_MILLIS}. */
  private void lost(String what, Throwable error) {
    long nowMillis = timer.now(TimeUnit.MILLISECONDS);
    long before;
    synchronized (remembered) {
      lost++;
      if (saidMillis.isPresent() && nowMillis - saidMillis.getAsLong() < LOST_MILLIS) {
        return;
      }
      before = lost - 1;
      lost = 0;
      saidMillis = OptionalLong.of(nowMillis);
    }
    LOG.warn(
        "the failure of an attempt could not be {}, and {} records before it since the last such"
            + " line: {}",
        what,
        before,
        error.toString());
  }

  private static boolean endsAttempt(AttemptFailure failure) {
    return switch (failure.kind()) {
      case FAILED, ABSTAINED -> true;
      case RETRIED -> false;
    };
  }

  private boolean isRepeated(AttemptFailure failure) {
    String key = failure.taskId().text() + ' ' + failure.attempt() + ' ' + failure.agent();
    String words = failure.kind() + " " + failure.error();
    synchronized (remembered) {
      return words.equals(remembered.put(key, words));
    }
  }

  /** Returns the log line; an error text has no line breaks. */
  String line(AttemptFailure failure) {
    return "%s need=%s task=%s attempt=%d agent=%s: %s"
        .formatted(
            switch (failure.kind()) {
              case FAILED -> "attempt failed";
              case ABSTAINED -> "verifier abstains";
              case RETRIED -> "attempt is tried again";
            },
            failure.needId(),
            failure.taskId(),
            failure.attempt(),
            nameByKey.getOrDefault(failure.agent(), failure.agent()),
            failure.error());
  }

  @Override
  public Mono<List<AttemptFailure>> of(NeedId needId) {
    return store.of(needId);
  }
}
