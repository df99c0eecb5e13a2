package dev.canswarm.pipeline.telemetry;

import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Task code by type: {@code swarm.tasks.running}, {@code swarm.tasks.waiting}, {@code
 * swarm.tasks.hung}, and {@code swarm.task}, the time of a run by outcome. Types are those that
 * this process was configured with; all others are one. Code that runs on after its time is up
 * counts as running and as hung. Thread-safe.
 */
public final class TaskMeters {
  private static final String RUNNING = "swarm.tasks.running";
  private static final String HUNG = "swarm.tasks.hung";
  private static final String TIME = "swarm.task";

  private final MeterRegistry registry;
  private final LongSupplier nanos;
  private final Supplier<List<Thread>> hungThreads;
  private final MultiGauge waiting;

  /** The handler whose code each thread runs, by which a hung thread has a type. */
  private final Map<Thread, Metered> handlerByThread = new ConcurrentHashMap<>();

  /**
   * @param nanos a clock that never goes back
   * @param hungThreads returns the threads whose code was interrupted and has not ended
   */
  public TaskMeters(
      MeterRegistry registry, LongSupplier nanos, Supplier<List<Thread>> hungThreads) {
    this.registry = registry;
    this.nanos = nanos;
    this.hungThreads = hungThreads;
    this.waiting =
        MultiGauge.builder("swarm.tasks.waiting")
            .description("Tasks and verifications that wait for a place, and grants to be claimed")
            .register(registry);
  }

  /** The same handler, with its runs timed. */
  public TaskHandler metered(TaskHandler handler) {
    return new Metered(handler);
  }

  /** Takes how many wait now, by type; called before metrics are read. */
  public void refresh(Map<String, Integer> waitingByType, Set<String> types) {
    Map<String, Integer> folded = new TreeMap<>();
    types.forEach(type -> folded.put(type, 0));
    waitingByType.forEach(
        (type, count) ->
            folded.merge(types.contains(type) ? type : MeterNames.OTHER, count, Integer::sum));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    folded.forEach(
        (type, count) -> rows.add(MultiGauge.Row.of(Tags.of(MeterNames.TYPE, type), count)));
    waiting.register(rows, true);
  }

  private final class Metered implements TaskHandler {
    private final TaskHandler handler;
    private final LongAdder running = new LongAdder();
    private final Timer ok;
    private final Timer failed;

    private Metered(TaskHandler handler) {
      this.handler = handler;
      Gauge.builder(RUNNING, running, LongAdder::sum)
          .description("Task code that runs now, for workers and for verifiers")
          .tag(MeterNames.TYPE, handler.type())
          .register(registry);
      Gauge.builder(HUNG, this, Metered::hung)
          .description("Threads whose task code was interrupted and has not ended")
          .tag(MeterNames.TYPE, handler.type())
          .register(registry);
      this.ok = timer(MeterNames.OK);
      this.failed = timer(MeterNames.FAILED);
    }

    private long hung() {
      return hungThreads.get().stream()
          .filter(thread -> handlerByThread.get(thread) == this)
          .count();
    }

    private Timer timer(String outcome) {
      return Timer.builder(TIME)
          .description("Runs of task code, for workers and for verifiers")
          .tag(MeterNames.TYPE, handler.type())
          .tag(MeterNames.OUTCOME, outcome)
          .register(registry);
    }

    @Override
    public String type() {
      return handler.type();
    }

    @Override
    public Verification verification() {
      return handler.verification();
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException, InterruptedException {
      return timed(() -> handler.run(input));
    }

    @Override
    public boolean check(TaskInput input, byte[] artifact)
        throws TaskException, InterruptedException {
      return timed(() -> handler.check(input, artifact));
    }

    /** A handler may judge without checking; the default would ask this one's check. */
    @Override
    public Judgement judge(TaskInput input, byte[] artifact)
        throws TaskException, InterruptedException {
      return timed(() -> handler.judge(input, artifact));
    }

    private <T> T timed(Call<T> call) throws TaskException, InterruptedException {
      long begun = nanos.getAsLong();
      Timer outcome = failed;
      running.increment();
      handlerByThread.put(Thread.currentThread(), this);
      try {
        T result = call.make();
        outcome = ok;
        return result;
      } finally {
        handlerByThread.remove(Thread.currentThread());
        running.decrement();
        outcome.record(nanos.getAsLong() - begun, TimeUnit.NANOSECONDS);
      }
    }
  }

  @FunctionalInterface
  private interface Call<T> {
    T make() throws TaskException, InterruptedException;
  }
}
