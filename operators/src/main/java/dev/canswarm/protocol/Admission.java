package dev.canswarm.protocol;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an envelope that is signed and allowed also fits what is stored: its payload's form, its
 * parents, its Lamport time. Pure.
 */
public final class Admission {
  private Admission() {}

  /**
   * The payload in typed form.
   *
   * @throws RefusedException BAD_SHAPE; BAD_PLAN for tasks that make no plan
   */
  public static Payload payload(Envelope envelope, Policy policy) {
    Payload payload;
    try {
      payload = Payload.parse(envelope.kind(), envelope.payload());
    } catch (ShapeException e) {
      // A PROPOSE whose tasks refer to each other wrongly is a bad plan, whatever its form.
      Reason reason =
          envelope.kind() == Kind.PROPOSE && e.where().endsWith("/requires")
              ? Reason.BAD_PLAN
              : Reason.BAD_SHAPE;
      throw new RefusedException(reason, String.valueOf(e.getMessage()), e);
    }
    if (payload instanceof Need need) {
      Plans.of(need, policy);
    } else if (payload instanceof Propose propose) {
      Plans.check(propose, policy);
    }
    return payload;
  }

  /**
   * Checks an envelope against what is stored.
   *
   * @param view in which all its parents are stored
   * @throws RefusedException BAD_LAMPORT, BAD_SHAPE or LEASE_TAKEN
   */
  public static void check(Envelope envelope, Payload payload, NeedView view) {
    long lamport = view.lamportAfter(envelope.parents());
    if (envelope.lamport() != lamport) {
      throw new RefusedException(
          Reason.BAD_LAMPORT,
          "expected " + lamport + ", one more than its parents', got " + envelope.lamport());
    }
    for (String parent : envelope.parents()) {
      Message message = view.byId(parent);
      if (message != null && !message.envelope().threadId().equals(envelope.threadId())) {
        throw shape("parents", "parents of thread " + envelope.threadId(), parent);
      }
    }
    switch (envelope.kind()) {
      case NEED -> onlyParents(envelope, List.of());
      case PROPOSE -> onlyParents(envelope, List.of(view.needId()));
      case DECIDE -> parentOf(envelope, view, Kind.PROPOSE, ((Decide) payload).proposalId());
      case CLAIM -> claim(envelope, (Lease) payload, view);
      case YIELD -> {
        Lease lease = (Lease) payload;
        ofClaim(envelope, view, lease.taskId(), lease.attempt(), lease.token());
      }
      case COMMIT -> {
        Commit commit = (Commit) payload;
        ofClaim(envelope, view, commit.taskId(), commit.attempt(), commit.token());
        inputs(envelope, commit, view);
      }
      case ATTEST -> attest(envelope, (Attest) payload, view);
      case RELEASE, FINALIZE -> {
        if (envelope.parents().isEmpty()) {
          throw shape("parents", "what it follows from", "none");
        }
      }
    }
  }

  private static void claim(Envelope envelope, Lease lease, NeedView view) {
    Message opener = single(envelope, view);
    boolean first =
        opener.envelope().kind() == Kind.DECIDE
            && lease.attempt() == 1
            && lease.token() == 1
            && requiresNothing(view, lease.taskId());
    boolean released =
        opener.payload() instanceof Release release
            && release.cause() != Release.Cause.PANEL
            && new Lease(release.taskId(), release.attempt(), release.token()).equals(lease);
    if (!first && !released) {
      throw shape("parents", "the DECIDE or RELEASE that grants this token", opener.toString());
    }
    if (opener.payload() instanceof Release release
        && release.exclude().contains(envelope.sender())) {
      throw new RefusedException(Reason.LEASE_TAKEN, "this grant excludes " + envelope.sender());
    }
  }

  /** A DECIDE releases only the tasks of its plan that require nothing. */
  private static boolean requiresNothing(NeedView view, String taskId) {
    DecidedPlan plan = view.plan();
    return plan != null && plan.task(taskId).filter(task -> task.requires().isEmpty()).isPresent();
  }

  /** A COMMIT worked on the artifacts that its grant names, and on no others. */
  private static void inputs(Envelope envelope, Commit commit, NeedView view) {
    Message claim = single(envelope, view);
    Message opener = view.byId(claim.envelope().parents().get(0));
    List<String> granted =
        opener != null && opener.payload() instanceof Release release
            ? release.inputs()
            : List.of();
    if (!commit.inputs().equals(granted)) {
      throw shape("inputs", granted.toString(), commit.inputs().toString());
    }
  }

  private static void ofClaim(
      Envelope envelope, NeedView view, String taskId, int attempt, long token) {
    Message claim = single(envelope, view);
    Message holder = view.in(Slots.claim(taskId, token));
    if (claim.envelope().kind() != Kind.CLAIM
        || !new Lease(taskId, attempt, token).equals(claim.payload())) {
      throw shape("parents", "the CLAIM of this token", claim.envelope().toString());
    }
    if (holder == null
        || !holder.id().equals(claim.id())
        || !claim.envelope().sender().equals(envelope.sender())) {
      throw new RefusedException(
          Reason.LEASE_TAKEN,
          "token " + token + " of task " + taskId + " is held by " + senderOf(holder));
    }
  }

  private static void attest(Envelope envelope, Attest attest, NeedView view) {
    Kind target = attest.work() == null ? Kind.PROPOSE : Kind.COMMIT;
    parentOf(envelope, view, target, attest.target());
    onlyParents(envelope, List.of(attest.target()));
  }

  private static void parentOf(Envelope envelope, NeedView view, Kind kind, String id) {
    Message parent = view.byId(id);
    if (parent == null || parent.envelope().kind() != kind || !envelope.parents().contains(id)) {
      throw shape("parents", "the " + kind + " " + id, envelope.parents().toString());
    }
  }

  private static void onlyParents(Envelope envelope, List<String> parents) {
    if (!envelope.parents().equals(parents)) {
      throw shape("parents", parents.toString(), envelope.parents().toString());
    }
  }

  private static Message single(Envelope envelope, NeedView view) {
    Message parent = envelope.parents().size() == 1 ? view.byId(envelope.parents().get(0)) : null;
    if (parent == null) {
      throw shape("parents", "exactly one", envelope.parents().toString());
    }
    return parent;
  }

  private static String senderOf(@Nullable Message holder) {
    return holder == null ? "nobody" : holder.envelope().sender().base64();
  }

  private static RefusedException shape(String where, String expected, String actual) {
    return new RefusedException(
        Reason.BAD_SHAPE, where + ": expected " + expected + ", got " + actual);
  }
}
