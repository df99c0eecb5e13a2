package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.envelope.Kind;
import dev.canswarm.pipeline.cli.ChainText;
import dev.canswarm.pipeline.cli.Console;
import dev.canswarm.pipeline.cli.kafka.SeenEnvelope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows one thread's envelopes as they come, none before the ones it follows from: topics have no
 * order among each other. For the thread of one consumer.
 */
final class ChainView {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Console console;
  private final String threadId;
  private final Map<String, String> nameByKey;
  private final Set<String> shown = new HashSet<>();
  private final List<Held> held = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  private record Held(SeenEnvelope envelope, double millis) {}

  /**
   * @param nameByKey agents' names by public key in base64
   */
  ChainView(Console console, String threadId, Map<String, String> nameByKey) {
    this.console = console;
    this.threadId = threadId;
    this.nameByKey = nameByKey;
  }

  /**
   * Shows an envelope, if it is of the thread and its parents were shown; keeps it otherwise.
   *
   * @param nanos since the thread's NEED was sent
   */
  void seen(SeenEnvelope envelope, long nanos) {
    if (over() || !envelope.threadId().equals(threadId)) {
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
    SeenEnvelope envelope = next.envelope();
    if (!shown.add(envelope.id())) {
      return;
    }
    String who = nameByKey.getOrDefault(envelope.sender(), ChainText.shortId(envelope.sender()));
    console.result(
        "  %6.0f ms  %-8s  %s  %-13s  %s"
            .formatted(
                next.millis(),
                envelope.kind(),
                ChainText.shortId(envelope.id()),
                who,
                ChainText.remark(envelope.kind(), envelope.payload())));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("thread_id", threadId);
    members.put("kind", envelope.kind().name());
    members.put("id", envelope.id());
    members.put("sender", who);
    members.put("parents", envelope.parents());
    members.put("ms", Math.round(next.millis()));
    console.object("envelope", members);
    if (envelope.kind() == Kind.FINALIZE) {
      over.countDown();
    }
  }

  /** Whether the FINALIZE was shown. */
  boolean over() {
    return over.getCount() == 0;
  }

  /** Waits until the FINALIZE was shown, or the time is over. */
  void awaitOver(long millisMax) throws InterruptedException {
    over.await(millisMax, TimeUnit.MILLISECONDS);
  }
}
