package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.StageName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts messages and the outcomes of NEEDs. The process that stored a message first counts it, so
 * the sum over all processes counts each message once. A write that succeeded although it was
 * reported as failed is not counted. Every series is registered at the start, so no input from
 * outside can add one. Thread-safe.
 */
public final class ProtocolMeters implements StageMeter {
  /** From NEED to FINALIZE: from what an idle swarm takes to the longest deadline by default. */
  private static final Duration[] OBJECTIVES = {
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofSeconds(300),
    Duration.ofSeconds(600)
  };

  private static final String NONE = "none";
  private static final List<String> END_REASONS =
      List.of(
          NONE, Finalize.NO_PLAN, Finalize.ATTEMPTS_USED_UP, Finalize.CANCELLED, MeterNames.OTHER);

  private final StageMeter next;
  private final Map<Verb, Counter> messages = new EnumMap<>(Verb.class);
  private final Map<Outcome, Map<String, Counter>> ends = new EnumMap<>(Outcome.class);
  private final Map<Outcome, Timer> times = new EnumMap<>(Outcome.class);
  private final Map<Release.Cause, Counter> releases = new EnumMap<>(Release.Cause.class);
  private final Map<Reason, Counter> letters = new EnumMap<>(Reason.class);
  private final Counter accepts;
  private final Counter rejects;
  private final Counter equivocations;

  /**
   * @param next is told everything too
   */
  public ProtocolMeters(MeterRegistry registry, StageMeter next) {
    this.next = next;
    for (Verb verb : Verb.values()) {
      messages.put(
          verb,
          counter(registry, "swarm.messages", "Messages stored", MeterNames.VERB, verb.name()));
    }
    for (Outcome outcome : Outcome.values()) {
      Map<String, Counter> byReason = new TreeMap<>();
      for (String reason : END_REASONS) {
        byReason.put(
            reason,
            Counter.builder("swarm.needs.ended")
                .description("NEEDs that ended")
                .tag(MeterNames.OUTCOME, outcome.name())
                .tag(MeterNames.REASON, reason)
                .register(registry));
      }
      ends.put(outcome, byReason);
      times.put(
          outcome,
          Timer.builder("swarm.need")
              .description("From the storing of a NEED to the storing of its FINALIZE")
              .tag(MeterNames.OUTCOME, outcome.name())
              .serviceLevelObjectives(OBJECTIVES)
              .register(registry));
    }
    for (Release.Cause cause : Release.Cause.values()) {
      releases.put(
          cause,
          counter(
              registry,
              "swarm.releases",
              "Grants opened again, by why; EXPIRED counts leases that ran out",
              MeterNames.REASON,
              cause.name()));
    }
    for (Reason reason : Reason.values()) {
      letters.put(
          reason,
          counter(
              registry, "swarm.dead.letters", "Records refused", MeterNames.REASON, reason.name()));
    }
    accepts = vote(registry, "ACCEPT");
    rejects = vote(registry, "REJECT");
    equivocations =
        Counter.builder("swarm.equivocations")
            .description("Second votes that contradict the first")
            .register(registry);
  }

  private static Counter vote(MeterRegistry registry, String outcome) {
    return counter(registry, "swarm.votes", "Votes stored", MeterNames.OUTCOME, outcome);
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, String tag, String value) {
    return Counter.builder(name).description(description).tag(tag, value).register(registry);
  }

  @Override
  public void entered(int lane, StageName stage) {
    next.entered(lane, stage);
  }

  @Override
  public void passed(int lane, StageName stage, int inputs, long nanos) {
    next.passed(lane, stage, inputs, nanos);
  }

  @Override
  public void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeedMillis) {
    get(messages, verb).increment();
    if (payload instanceof Attest vote) {
      (vote.accept() ? accepts : rejects).increment();
      if (contradicts) {
        equivocations.increment();
      }
    } else if (payload instanceof Release release) {
      get(releases, release.cause()).increment();
    } else if (payload instanceof Finalize end) {
      ended(end, sinceNeedMillis);
    }
    next.stored(verb, payload, contradicts, sinceNeedMillis);
  }

  private void ended(Finalize end, long sinceNeedMillis) {
    String reason = end.reason() == null ? NONE : end.reason();
    Map<String, Counter> byReason = get(ends, end.outcome());
    get(byReason, byReason.containsKey(reason) ? reason : MeterNames.OTHER).increment();
    if (sinceNeedMillis >= 0) {
      get(times, end.outcome()).record(sinceNeedMillis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void deadLettered(Reason reason) {
    get(letters, reason).increment();
    next.deadLettered(reason);
  }

  private static <K, V> V get(Map<K, V> all, K key) {
    V value = all.get(key);
    if (value == null) {
      throw new IllegalStateException("expected a meter for " + key);
    }
    return value;
  }
}
