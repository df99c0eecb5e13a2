package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.collect.EndTail;
import dev.canswarm.benchmarks.load.collect.TopicSlice;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.overload.Bomb;
import dev.canswarm.benchmarks.load.overload.IntakeLag;
import dev.canswarm.benchmarks.load.overload.OverloadVerdict;
import dev.canswarm.benchmarks.load.overload.PostgresBrake;
import dev.canswarm.benchmarks.load.stack.BenchStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Overloads the stack while a phase runs: sends a compression bomb behind the first NEEDs, and
 * slows PostgreSQL down in the middle. Called on the thread that waits for the phase.
 */
final class Overload implements Phase.Watch, AutoCloseable {
  private static final double LAG_POLL_SECONDS = 1;

  /** The brake is applied when this share of all NEEDs has ended. */
  private static final double BRAKE_AT = 0.35;

  /** After the brake is released, the backlog is not counted as throughput. */
  private static final double SETTLE_SECONDS = 5;

  private final BenchStack stack;
  private final int needs;
  private final double brakeSeconds;
  private final Progress progress;
  private final IntakeLag lag;
  private final Map<TopicPartition, Long> deadLettersFrom;
  private final List<OverloadVerdict.Sample> samples = new ArrayList<>();
  private @Nullable PostgresBrake brake;
  private double brakeFrom = Double.NaN;
  private double brakeUntil = Double.NaN;
  private boolean bombSent;
  private int bombAcknowledged;
  private double lagPolled = -1;

  Overload(BenchStack stack, int needs, double brakeSeconds, Progress progress) throws IOException {
    this.stack = stack;
    this.needs = needs;
    this.brakeSeconds = brakeSeconds;
    this.progress = progress;
    this.lag = new IntakeLag(stack.data());
    this.deadLettersFrom = TopicSlice.ends(stack.bootstrap(), EndTail.DEAD_LETTERS);
  }

  @Override
  public void sample(int sent, int ended, double seconds) throws InterruptedException {
    if (!bombSent && sent >= needs) {
      bombSent = true;
      bombAcknowledged = Bomb.send(stack.bootstrap());
      progress.note("swarm: %d records of 4 MB of spaces sent".formatted(bombAcknowledged));
    }
    if (brake == null && Double.isNaN(brakeFrom) && ended >= BRAKE_AT * needs) {
      brake = PostgresBrake.on(List.copyOf(stack.jvms().keySet()));
      brakeFrom = seconds;
      progress.note("swarm: PostgreSQL crawls for %.0f s".formatted(brakeSeconds));
    }
    if (brake != null && seconds - brakeFrom >= brakeSeconds) {
      brake.close();
      brake = null;
      brakeUntil = seconds;
      progress.note("swarm: PostgreSQL runs again");
    }
    if (seconds - lagPolled >= LAG_POLL_SECONDS) {
      lagPolled = seconds;
      samples.add(new OverloadVerdict.Sample(seconds, ended, lagNow()));
    }
  }

  private long lagNow() throws InterruptedException {
    try {
      return lag.records();
    } catch (ExecutionException e) {
      return -1; // the broker is busy; the next sample may succeed
    }
  }

  /** Adds the figures of the overload, and fails the run if the stack did not withstand it. */
  Summary judge(Summary summary, List<Long> heapAfterGc) {
    var verdict =
        OverloadVerdict.of(
            samples, brakeFrom, brakeUntil + SETTLE_SECONDS, heapAfterGc, stack.outOfMemory());
    int deadLetters = deadLettersOfBomb();
    boolean good =
        verdict.passed() && bombAcknowledged == Bomb.RECORDS && deadLetters == Bomb.RECORDS;
    verdict.problems().forEach(problem -> progress.note("swarm: overload: " + problem));
    int exit = summary.exit() == BenchExit.OK && !good ? BenchExit.FAILED : summary.exit();
    Figures figures = summary.figures();
    figures
        .put("ok", exit == BenchExit.OK)
        .put("exit", exit)
        .put("bomb_records", bombAcknowledged)
        .put("bomb_dead_lettered", deadLetters)
        .put("out_of_memory", verdict.outOfMemory())
        .put("heap_flat", verdict.heapFlat())
        .putNumbers("heap_after_gc_bytes_by_tenth", verdict.heapByTenth())
        .put("intake_lag_max", verdict.lagMax())
        .put("needs_per_s_before", verdict.perSecondBefore())
        .put("needs_per_s_during", verdict.perSecondDuring())
        .put("needs_per_s_after", verdict.perSecondAfter())
        .put("recovered", verdict.recovered());
    return new Summary(exit, figures);
  }

  private int deadLettersOfBomb() {
    int[] count = new int[1];
    TopicSlice.read(
        stack.bootstrap(),
        EndTail.DEAD_LETTERS,
        deadLettersFrom,
        message -> {
          byte[] key = message.key();
          if (key != null && new String(key, StandardCharsets.UTF_8).startsWith(Bomb.KEY_PREFIX)) {
            count[0]++;
          }
        });
    return count[0];
  }

  @Override
  public void close() {
    if (brake != null) {
      brake.close();
    }
    lag.close();
  }
}
