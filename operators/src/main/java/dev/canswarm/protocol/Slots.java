package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;

/**
 * The questions that may be answered once: names of slots within their scope, which is the need id,
 * and for a NEED its thread.
 */
public final class Slots {
  /** The one decision of a NEED. */
  public static final String DECIDE = "DECIDE";

  /** The one end of a NEED. */
  public static final String FINALIZE = "FINALIZE";

  /** How the nonce of a NEED begins that came in without an envelope. */
  public static final String INTAKE_PREFIX = "INTAKE/";

  private static final String EQUIVOCATION_PREFIX = "EQUIVOCATION/";

  private Slots() {}

  /** A NEED that its own sender signed. */
  public static String need(String needId) {
    return "NEED/" + needId;
  }

  /** A NEED from the intake with an idempotency key. */
  public static String intake(String threadId, String idempotencyKey) {
    return INTAKE_PREFIX + threadId + "/" + idempotencyKey;
  }

  /** A NEED from the intake, by where its record stands. */
  public static String intake(String cluster, String topic, int partition, long offset) {
    return INTAKE_PREFIX + cluster + "/" + topic + "/" + partition + "/" + offset;
  }

  /** One planner's plan. */
  public static String propose(PublicKey sender) {
    return "PROPOSE/" + sender.base64();
  }

  /** Who holds a grant. */
  public static String claim(String taskId, long token) {
    return "CLAIM/" + taskId + "/" + token;
  }

  /** How a grant ended. */
  public static String end(String taskId, long token) {
    return "END/" + taskId + "/" + token;
  }

  /** One verifier's vote. */
  public static String attest(String target, PublicKey sender) {
    return "ATTEST/" + target + "/" + sender.base64();
  }

  /** The opposite second vote of a verifier. */
  public static String equivocation(String target, PublicKey sender) {
    return EQUIVOCATION_PREFIX + target + "/" + sender.base64();
  }

  /** Whether what is in a slot is a second vote, and so a proof against its sender. */
  public static boolean isEquivocation(String slot) {
    return slot.startsWith(EQUIVOCATION_PREFIX);
  }

  /** A grant. */
  public static String release(String taskId, long token) {
    return "RELEASE/" + taskId + "/" + token;
  }

  /** The wider panel of an attempt. */
  public static String panel(String taskId, int attempt) {
    return "PANEL/" + taskId + "/" + attempt;
  }

  /** What was counted for an attempt. */
  public static String verdict(String taskId, int attempt) {
    return "VERDICT/" + taskId + "/" + attempt;
  }

  /** An envelope that waits for a parent, by where it came from. */
  public static String waiting(String topic, int partition, long offset) {
    return "WAIT/" + topic + "/" + partition + "/" + offset;
  }

  /** The scope of an envelope's slot. */
  public static String scopeOf(Envelope envelope) {
    return envelope.needId() == null ? envelope.threadId() : envelope.needId();
  }

  /**
   * The slot that a valid envelope is a candidate for. Only a gateway's NEED may stand in an intake
   * slot: otherwise anybody could take the place of a record that is still to come.
   *
   * @param payload of this envelope
   */
  public static String of(Envelope envelope, Payload payload, TrustRegistry trust) {
    return switch (envelope.kind()) {
      case NEED -> {
        String nonce = envelope.nonce();
        yield nonce != null
                && nonce.startsWith(INTAKE_PREFIX)
                && trust.holds(envelope.sender(), Role.GATEWAY)
            ? nonce
            : need(envelope.id());
      }
      case PROPOSE -> propose(envelope.sender());
      case DECIDE -> DECIDE;
      case CLAIM -> claim(((Lease) payload).taskId(), ((Lease) payload).token());
      case YIELD -> end(((Lease) payload).taskId(), ((Lease) payload).token());
      case COMMIT -> end(((Commit) payload).taskId(), ((Commit) payload).token());
      case ATTEST -> attest(((Attest) payload).target(), envelope.sender());
      case RELEASE -> ofRelease((Release) payload);
      case FINALIZE -> FINALIZE;
    };
  }

  /**
   * The slot that decides whether a RELEASE holds: after an expiry it is the end of the grant
   * before, which a slow COMMIT may fill first.
   */
  private static String ofRelease(Release release) {
    return switch (release.cause()) {
      case PANEL -> panel(release.taskId(), release.attempt());
      case EXPIRED -> end(release.taskId(), release.token() - 1);
      case READY, RETRY, YIELDED -> release(release.taskId(), release.token());
    };
  }
}
