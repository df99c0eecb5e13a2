package dev.canswarm.pipeline.tasks;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A process and its descendants. A descendant can no longer be found once its ancestors have ended,
 * so this class records the descendants while the root runs. It misses a process that detaches
 * itself between two records: a command that must not be able to do that needs a container of its
 * own. Not thread-safe.
 */
final class ProcessTree {
  private final Process root;
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

  ProcessTree(Process root) {
    this.root = root;
  }

  /** Records the processes that the root has started so far. */
  void recordDescendants() {
    root.descendants().forEach(descendants::add);
  }

  /** Kills all recorded processes that still run, and the root first, since it could start more. */
  void kill() {
    recordDescendants();
    root.destroyForcibly();
    for (ProcessHandle descendant : Set.copyOf(descendants)) {
      descendant.descendants().forEach(descendants::add);
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
