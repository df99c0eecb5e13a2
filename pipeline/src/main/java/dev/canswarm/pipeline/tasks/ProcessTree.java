package dev.canswarm.pipeline.tasks;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A process with all that it started. A descendant loses its ancestors when they end before it, so
 * they are noted while the root runs. One that cuts itself loose between two looks is not found: a
 * command that must not be able to do that has to run in a container of its own. Not thread-safe.
 */
final class ProcessTree {
  private final Process root;
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

  ProcessTree(Process root) {
    this.root = root;
  }

  /** Notes what the root has started by now. */
  void look() {
    root.descendants().forEach(descendants::add);
  }

  /** Kills what is left. The root goes first: it could start more. */
  void kill() {
    look();
    root.destroyForcibly();
    for (ProcessHandle descendant : Set.copyOf(descendants)) {
      descendant.descendants().forEach(descendants::add);
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
