package dev.canswarm.simulation.time;

import java.util.ArrayDeque;

/**
 * One incarnation of a process, from its start to its crash. While the process is paused, its tasks
 * wait; they run in order when it resumes, and it does not notice. Not thread-safe.
 */
public final class Incarnation {
  private final EventLoop loop;
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private boolean dead;
  private boolean still;

  public Incarnation(EventLoop loop) {
    this.loop = loop;
  }

  /** Runs a task of this process: now, when it resumes, or, after a crash, never. */
  public void run(Runnable task) {
    if (dead) {
      return;
    }
    if (still || !held.isEmpty()) {
      held.add(task);
    } else {
      task.run();
    }
  }

  /** Ends this incarnation: none of its tasks runs any more. */
  public void end() {
    dead = true;
    held.clear();
  }

  /** Whether it has ended. */
  public boolean isOver() {
    return dead;
  }

  /** Stops the process's threads, as a long collection or SIGSTOP does: time goes on. */
  public void pause() {
    still = true;
  }

  /** Lets the process's threads go on; what became due meanwhile runs now. */
  public void resume() {
    if (still) {
      still = false;
      loop.now(this::next);
    }
  }

  private void next() {
    Runnable task = dead || still ? null : held.poll();
    if (task != null) {
      task.run();
      loop.now(this::next);
    }
  }
}
