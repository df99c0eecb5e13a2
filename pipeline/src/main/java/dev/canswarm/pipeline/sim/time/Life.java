package dev.canswarm.pipeline.sim.time;

import java.util.ArrayDeque;

/**
 * One life of a process, from its start to its death. While the process stands still, all that it
 * would have done waits and is then done at once, in order; it cannot tell. Not thread-safe.
 */
public final class Life {
  private final EventLoop loop;
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private boolean dead;
  private boolean still;

  public Life(EventLoop loop) {
    this.loop = loop;
  }

  /** Runs something of this process: now, once it goes on, or never. */
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

  /** The process dies: nothing of it runs any more. */
  public void end() {
    dead = true;
    held.clear();
  }

  /** Whether it has died. */
  public boolean isOver() {
    return dead;
  }

  /** The process stands still and does not know it. */
  public void pause() {
    still = true;
  }

  /** It goes on. */
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
