package dev.canswarm.pipeline.wiring;

import dev.canswarm.pipeline.tasks.TaskThreads;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The schedulers of a process, by purpose.
 *
 * @param compute the lanes, decoding, signatures and their checks; never blocks, unless a key is
 *     kept elsewhere
 * @param timer waits; never blocks
 * @param taskThreads run task code, which may block, and may hang
 * @param files reads and writes artifacts
 * @param audit writes the audit log, one batch after the other
 */
record NodeSchedulers(
    Scheduler compute, Scheduler timer, TaskThreads taskThreads, Scheduler files, Scheduler audit)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeSchedulers.class);

  /**
   * Most threads that are replaced because their task code ignores interrupts; each keeps its
   * stack.
   */
  private static final int HUNG_TASKS_MAX = 64;

  private static final long POLL_MILLIS = 1_000;

  /**
   * Most threads that compute where signing may block: more than turns that wait for a signature.
   */
  private static final int BLOCKING_THREADS_MAX = 64;

  private static final int FILE_THREADS = 4;
  private static final int QUEUED_TASKS_MAX = 16_384;

  /**
   * @param tasksRunningMax tasks and verifications that run at the same time; both run on the task
   *     threads, of which there are twice as many
   * @param signingBlocks whether a key is kept elsewhere, so that signing waits for it: then all
   *     computing is done on threads that may block, more of them than processors (ADR 40)
   */
  static NodeSchedulers create(int tasksRunningMax, boolean signingBlocks) {
    Scheduler timer = Schedulers.newSingle("timer", true);
    TaskThreads threads = new TaskThreads(2 * tasksRunningMax, HUNG_TASKS_MAX, LOG::warn);
    timer.schedulePeriodically(threads::check, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    return new NodeSchedulers(
        signingBlocks
            ? Schedulers.newBoundedElastic(
                BLOCKING_THREADS_MAX, QUEUED_TASKS_MAX, "compute", 60, true)
            : Schedulers.newParallel("compute", Runtime.getRuntime().availableProcessors(), true),
        timer,
        threads,
        Schedulers.newBoundedElastic(FILE_THREADS, QUEUED_TASKS_MAX, "files", 60, true),
        Schedulers.newBoundedElastic(1, QUEUED_TASKS_MAX, "audit", 60, true));
  }

  Scheduler tasks() {
    return taskThreads.scheduler();
  }

  @Override
  public void close() {
    compute.dispose();
    taskThreads.close();
    files.dispose();
    audit.dispose();
    timer.dispose();
  }
}
