package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Control.Approval;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.charset.StandardCharsets;

/** The signatures of administrators who do not send an entry themselves. Stateless. */
public final class Approvals {
  private static final byte[] TAG = "can-swarm/approval/v1\0".getBytes(StandardCharsets.US_ASCII);

  private Approvals() {}

  /** The bytes that an approval of a change signs, if the change comes next after a state. */
  public static byte[] bytesToSign(TrustState state, ControlChange change) {
    return bytesToSign(
        state.swarmId(), state.genesis(), state.number() + 1, state.headId(), change);
  }

  /**
   * The bytes that an approval of a change signs.
   *
   * @param parent id of the entry before it; empty if it is the first one
   */
  public static byte[] bytesToSign(
      String swarmId, String genesis, long number, EnvelopeId parent, ControlChange change) {
    byte[] document =
        CanonicalJson.write(
            JsonObject.builder()
                .put("swarm_id", swarmId)
                .put("genesis", genesis)
                .put("number", number)
                .put("parent", parent.text())
                .put("change", change.toJson())
                .build());
    byte[] bytes = new byte[TAG.length + document.length];
    System.arraycopy(TAG, 0, bytes, 0, TAG.length);
    System.arraycopy(document, 0, bytes, TAG.length, document.length);
    return bytes;
  }

  /** An administrator's approval of a change that comes next after a state. */
  public static Approval sign(TrustState state, ControlChange change, SigningKey key) {
    return Approval.of(key.publicKey(), key.sign(bytesToSign(state, change)));
  }

  /**
   * Checks that enough administrators have signed an entry: its sender, and each who approves.
   *
   * @param state before the entry
   * @throws RefusedException SENDER_NOT_AUTHORISED, BAD_APPROVAL or APPROVALS_MISSING
   */
  static void check(TrustState state, Envelope entry, Control control, SignatureEngine engine) {
    isAdmin(state, entry.sender(), Reason.SENDER_NOT_AUTHORISED, "its sender");
    byte[] message = bytesToSign(state, control.change());
    for (Approval approval : control.approvals()) {
      isAdmin(state, approval.key(), Reason.BAD_APPROVAL, "who approves");
      if (!engine.verify(approval.key(), message, approval.signatureBytes())) {
        throw new RefusedException(
            Reason.BAD_APPROVAL,
            "approvals: expected the signature of %s over entry %d after \"%s\", got another one"
                .formatted(approval.key(), control.number(), state.headId()));
      }
    }
    int signed = 1 + control.approvals().size();
    if (signed < state.adminsRequired()) {
      throw new RefusedException(
          Reason.APPROVALS_MISSING,
          "expected %d administrators, got %d".formatted(state.adminsRequired(), signed));
    }
  }

  /**
   * Checks that the sender, who has signed the entry, does not approve it too.
   *
   * @throws RefusedException BAD_SHAPE
   */
  static void checkForm(Envelope entry, Control control) {
    for (Approval approval : control.approvals()) {
      if (approval.key().equals(entry.sender())) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "approvals: expected other keys than the sender's, got  " + approval.key());
      }
    }
  }

  private static void isAdmin(TrustState state, PublicKey key, Reason reason, String who) {
    if (!state.registry().holds(key, RoleName.ADMIN)) {
      throw new RefusedException(
          reason,
          "CONTROL: expected %s to be an administrator at %s, got %s, which is %s"
              .formatted(
                  who,
                  state,
                  key,
                  state
                      .find(key)
                      .map(known -> known.status() + " for " + known.roles())
                      .orElse("unknown")));
    }
  }
}
