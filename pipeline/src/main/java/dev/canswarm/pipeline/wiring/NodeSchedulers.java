package dev.canswarm.pipeline.wiring;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The schedulers of a process, by purpose.
 *
 * @param compute the lanes, decoding and signature checks; never blocks
 * @param timer waits; never blocks
 * @param tasks runs task code, which may block
 * @param files reads and writes artifacts
 * @param audit writes the audit log, one batch after the other
 */
record NodeSchedulers(
    Scheduler compute, Scheduler timer, Scheduler tasks, Scheduler files, Scheduler audit)
    implements AutoCloseable {

  private static final int FILE_THREADS = 4;
  private static final int QUEUED_TASKS_MAX = 16_384;

  /**
   * @param tasksRunningMax tasks that run at the same time; verifications run on other threads
   */
  static NodeSchedulers create(int tasksRunningMax) {
    return new NodeSchedulers(
        Schedulers.newParallel("compute", Runtime.getRuntime().availableProcessors(), true),
        Schedulers.newSingle("timer", true),
        Schedulers.newBoundedElastic(2 * tasksRunningMax, QUEUED_TASKS_MAX, "tasks", 60, true),
        Schedulers.newBoundedElastic(FILE_THREADS, QUEUED_TASKS_MAX, "files", 60, true),
        Schedulers.newBoundedElastic(1, QUEUED_TASKS_MAX, "audit", 60, true));
  }

  @Override
  public void close() {
    compute.dispose();
    tasks.dispose();
    files.dispose();
    audit.dispose();
    timer.dispose();
  }
}
