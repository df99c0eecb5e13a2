package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.collect.EndLedger;
import dev.canswarm.benchmarks.load.collect.EndTail;
import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.feed.Feeder;
import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import dev.canswarm.benchmarks.load.feed.RateSchedule;
import dev.canswarm.benchmarks.load.proc.ProcessGroup;
import dev.canswarm.benchmarks.load.stack.BenchStack;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sends records and waits until the last of them has ended.
 *
 * @param ledger when they ended
 * @param startNanos when the first was due, of {@link System#nanoTime}
 * @param finalizeFrom places on the FINALIZE topic before the first of them
 * @param timedOut whether some had not ended when the wait was given up
 */
record Phase(
    EndLedger ledger, long startNanos, Map<TopicPartition, Long> finalizeFrom, boolean timedOut) {
  private static final long POLL_MILLIS = 100;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Longest wait, after the last FINALIZE, for the stack to become idle. */
  private static final long REST_NANOS_MAX = 10 * NANOS_PER_SECOND;

  private static final long REST_POLL_MILLIS = 500;

  /** A share of one core that an idle stack does not reach. */
  private static final double REST_SHARE = 0.2;

  /** Observes a running phase. */
  @FunctionalInterface
  interface Watch {
    /**
     * Called some ten times a second.
     *
     * @param sent records that Kafka has acknowledged
     * @param ended NEEDs that have ended
     * @param seconds since the first was due
     */
    void sample(int sent, int ended, double seconds) throws InterruptedException;
  }

  static Phase run(
      BenchStack stack, PhaseRecords records, RateSchedule schedule, int stallSeconds, Watch watch)
      throws BenchException, InterruptedException {
    var ledger = new EndLedger();
    try (EndTail tail = EndTail.start(stack.bootstrap(), records, ledger);
        Feeder feeder = new Feeder(stack.bootstrap(), records, schedule)) {
      long start = System.nanoTime();
      feeder.start(start);
      boolean timedOut = !await(stack, records, ledger, feeder, tail, stallSeconds, start, watch);
      return new Phase(ledger, start, tail.from(), timedOut);
    }
  }

  private static boolean await(
      BenchStack stack,
      PhaseRecords records,
      EndLedger ledger,
      Feeder feeder,
      EndTail tail,
      int stallSeconds,
      long start,
      Watch watch)
      throws BenchException, InterruptedException {
    int ended = 0;
    long changed = start;
    while (true) {
      int now = ledger.await(records.needs(), POLL_MILLIS);
      if (now >= records.needs()) {
        return true;
      }
      stack.checkAlive();
      check("the records cannot be sent", feeder.failure());
      check("the FINALIZEs cannot be read", tail.failure());
      long time = System.nanoTime();
      // A low rate is not a stall: NEEDs must be open, too.
      if (now != ended || now >= feeder.acknowledged()) {
        changed = time;
        ended = now;
      }
      if (time - changed > stallSeconds * NANOS_PER_SECOND) {
        return false;
      }
      watch.sample(feeder.acknowledged(), now, (time - start) / (double) NANOS_PER_SECOND);
    }
  }

  private static void check(String what, @Nullable Exception failure) throws BenchException {
    if (failure != null) {
      throw new BenchException(BenchExit.ENVIRONMENT, what + ": " + failure.getMessage(), failure);
    }
  }

  /** Waits until the stack is idle, so that the CPU time of deferred work is counted. */
  static void awaitRest(BenchStack stack) throws InterruptedException {
    ProcessGroup processes = stack.processGroup();
    long deadline = System.nanoTime() + REST_NANOS_MAX;
    long before = processes.usage().totalCpuMillis();
    while (System.nanoTime() < deadline) {
      Thread.sleep(REST_POLL_MILLIS);
      long now = processes.usage().totalCpuMillis();
      if (now - before < REST_SHARE * REST_POLL_MILLIS) {
        return;
      }
      before = now;
    }
  }
}
