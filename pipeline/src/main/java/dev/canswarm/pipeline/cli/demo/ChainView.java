package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.protocol.payload.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prints the envelopes of threads, and of the control chain, as they arrive: parents before
 * children, because records of different topics arrive in any order. Not thread-safe.
 */
final class ChainView {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Console console;
  private final List<String> threads;
  private final Map<String, String> nameByKey;
  private final Set<String> shown = new HashSet<>();
  private final List<Held> held = new ArrayList<>();
  private final TaskNames tasks = new TaskNames();
  private final CountDownLatch over;
  private volatile boolean committed;

  private record Held(UnverifiedEnvelope envelope, double millis) {}

  /**
   * @param threads with one NEED each; the caller prints the heading of the first
   * @param nameByKey agents' names by public key in base64
   */
  ChainView(Console console, List<String> threads, Map<String, String> nameByKey) {
    this.console = console;
    this.threads = List.copyOf(threads);
    this.nameByKey = new HashMap<>(nameByKey);
    this.over = new CountDownLatch(threads.size());
  }

  /**
   * Prints an envelope of the threads once its parents were printed; keeps it until then.
   *
   * @param nanos nanoseconds since the thread's NEED was sent
   */
  void seen(UnverifiedEnvelope envelope, long nanos) {
    boolean isShown = envelope.verb() == Verb.CONTROL || threads.contains(envelope.threadId());
    if (over() || !isShown) {
      return;
    }
    held.add(new Held(envelope, nanos / NANOS_PER_MILLI));
    boolean more = true;
    while (more) {
      more = false;
      for (Held next : List.copyOf(held)) {
        if (shown.containsAll(next.envelope().parents())) {
          held.remove(next);
          show(next);
          more = true;
        }
      }
    }
  }

  private void show(Held next) {
    UnverifiedEnvelope envelope = next.envelope();
    if (!shown.add(envelope.id())) {
      return;
    }
    tasks.note(envelope);
    committed |= envelope.verb() == Verb.COMMIT;
    nameNewKey(envelope);
    if (envelope.verb() == Verb.NEED && !envelope.threadId().equals(threads.get(0))) {
      console.result("%nThread %s: %s%n".formatted(envelope.threadId(), remark(envelope)));
    }
    String who = nameByKey.getOrDefault(envelope.sender(), ChainText.shortId(envelope.sender()));
    String remark = remark(envelope);
    console.result(
        "  %6.0f ms  %-8s  %s  %-13s  %s"
            .formatted(
                next.millis(), envelope.verb(), ChainText.shortId(envelope.id()), who, remark));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("thread_id", envelope.threadId());
    members.put("kind", envelope.verb().name());
    members.put("id", envelope.id());
    members.put("sender", who);
    members.put("parents", envelope.parents());
    members.put("ms", Math.round(next.millis()));
    members.put("remark", remark);
    tasks.of(envelope).ifPresent(task -> members.put("task", task));
    if (envelope.text("cause").equals("READY")) {
      members.put("after", tasks.of(envelope).map(tasks::requiredBy).orElse(List.of()));
    }
    console.object("envelope", members);
    if (envelope.verb() == Verb.FINALIZE) {
      over.countDown();
    }
  }

  /** An entry of the control chain may bring a key into force that the trust file does not list. */
  private void nameNewKey(UnverifiedEnvelope envelope) {
    if (envelope.verb() == Verb.CONTROL
        && envelope.payload().get("change") instanceof JsonObject change
        && change.get("name") instanceof JsonString name
        && change.get("key") instanceof JsonString key) {
      String suffix = change.get("old") == null ? "" : " new";
      nameByKey.put(key.value(), name.value() + suffix);
    }
  }

  private String remark(UnverifiedEnvelope envelope) {
    String remark = tasks.named(ChainText.remark(envelope.verb(), envelope.payload()), envelope);
    String name = tasks.of(envelope).orElse("");
    return switch (envelope.verb()) {
      case ATTEST -> remark + (name.isEmpty() ? "" : " of " + name);
      case RELEASE -> remark + released(envelope, name);
      case NEED, PROPOSE, CLAIM, COMMIT, DECIDE, FINALIZE, YIELD, CANCEL, CONTROL -> remark;
    };
  }

  /** Describes the cause of a RELEASE, or the verifiers that it asks. */
  private String released(UnverifiedEnvelope envelope, String name) {
    List<String> excluded = excluded(envelope);
    return switch (envelope.text("cause")) {
      case "READY" ->
          name.isEmpty()
              ? ""
              : ", since " + String.join(" and ", tasks.requiredBy(name)) + " passed";
      case "PANEL" -> ": all verifiers are asked";
      default -> excluded.isEmpty() ? "" : ", for anybody but " + String.join(", ", excluded);
    };
  }

  private List<String> excluded(UnverifiedEnvelope envelope) {
    return Release.parse(envelope.payload()).exclude().stream()
        .map(key -> nameByKey.getOrDefault(key.base64(), ChainText.shortId(key.base64())))
        .toList();
  }

  /** Whether a COMMIT was printed. */
  boolean committed() {
    return committed;
  }

  /** Returns each task's requirements, in the plan's order; empty if tasks have no names. */
  Map<String, List<String>> plan() {
    return over() ? tasks.all() : Map.of();
  }

  /** Whether each thread's FINALIZE was printed. */
  boolean over() {
    return over.getCount() == 0;
  }

  /** Waits until each thread's FINALIZE was printed, at most {@code millisMax}. */
  void awaitOver(long millisMax) throws InterruptedException {
    over.await(millisMax, TimeUnit.MILLISECONDS);
  }
}
