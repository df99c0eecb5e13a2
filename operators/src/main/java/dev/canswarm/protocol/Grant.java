package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Release;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on an attempt at a task, for the worker that claims it first.
 *
 * @param opener the DECIDE, or the RELEASE
 * @param inputs accepted artifacts of the required tasks
 * @param exclude workers that may not claim it
 * @param claim the CLAIM that holds it, or null
 * @param end how it ended: a COMMIT, a YIELD, or the RELEASE that followed its expiry; or null
 */
public record Grant(
    DecidedPlan.Task task,
    int attempt,
    long token,
    Message opener,
    List<String> inputs,
    List<PublicKey> exclude,
    @Nullable Message claim,
    @Nullable Message end) {

  /** Returns all grants of a task so far, ordered by token; the last one is in force. */
  public static List<Grant> of(NeedView view, DecidedPlan plan, DecidedPlan.Task task) {
    List<Grant> grants = new ArrayList<>();
    if (task.requires().isEmpty()) {
      grants.add(grant(view, task, 1, 1, plan.decide(), List.of(), List.of()));
    }
    for (long token = grants.size() + 1; ; token++) {
      Message opener = opener(view, task.id(), token);
      if (opener == null) {
        return grants;
      }
      Release release = opener.as(Release.class);
      grants.add(
          grant(view, task, release.attempt(), token, opener, release.inputs(), release.exclude()));
    }
  }

  /**
   * Returns the RELEASE of a token. After an expiry it fills the END slot of the token before
   * first, and its own slot a moment later, so a process may have seen only the first.
   */
  private static @Nullable Message opener(NeedView view, TaskId taskId, long token) {
    Message released = view.message(Slot.release(taskId, token));
    if (released != null) {
      return released;
    }
    Message ended = view.message(Slot.end(taskId, token - 1));
    return ended != null && ended.payload() instanceof Release ? ended : null;
  }

  private static Grant grant(
      NeedView view,
      DecidedPlan.Task task,
      int attempt,
      long token,
      Message opener,
      List<String> inputs,
      List<PublicKey> exclude) {
    return new Grant(
        task,
        attempt,
        token,
        opener,
        inputs,
        exclude,
        view.message(Slot.claim(task.id(), token)),
        view.message(Slot.end(task.id(), token)));
  }
}
