package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import dev.canswarm.protocol.payload.ControlChange.Roles;
import dev.canswarm.protocol.payload.ControlChange.Rotate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says which entries the control chain accepts, and what is in force after each. Pure. */
public final class ControlChain {
  private ControlChain() {}

  /**
   * Returns the state after one more entry.
   *
   * @param state after the entry before it
   * @param entry whose own signature is checked
   * @throws RefusedException with the reason; the state is as before then
   */
  public static TrustState apply(
      TrustState state, Envelope entry, Control control, SignatureEngine engine) {
    Approvals.checkForm(entry, control);
    checkPlace(state, entry, control);
    Approvals.check(state, entry, control, engine);
    TrustState next = changed(state, entry.id(), control.change());
    if (next.admins().size() < next.adminsRequired()) {
      throw refused(
          "at least %d administrators after it".formatted(next.adminsRequired()),
          next.admins().size() + " of them");
    }
    return next;
  }

  /**
   * Returns the state after a change, if it fits; for those who prepare one.
   *
   * @param entryId the id of the entry, or a text in its place
   * @throws RefusedException CHANGE_REFUSED
   */
  public static TrustState changed(TrustState state, EnvelopeId entryId, ControlChange change) {
    Changing next = new Changing(state);
    if (change instanceof Add add) {
      next.add(add);
    } else if (change instanceof Roles roles) {
      next.roles(roles);
    } else if (change instanceof Rotate rotate) {
      next.rotate(rotate);
    } else if (change instanceof Retire retire) {
      next.retire(retire.key());
    } else if (change instanceof Compromised compromised) {
      next.compromise(compromised.key());
    } else if (change instanceof Activate activate) {
      next.activate(activate);
    } else if (change instanceof RetirePolicy retired) {
      next.retirePolicy(retired.policy());
    } else {
      throw new IllegalArgumentException("expected a known change, got " + change);
    }
    return state.next(entryId, next.keys, next.policies);
  }

  private static void checkPlace(TrustState state, Envelope entry, Control control) {
    if (entry.verb() != Verb.CONTROL) {
      throw new IllegalArgumentException("expected a CONTROL, got " + entry);
    }
    expect(Reason.BAD_THREAD_ID, "thread_id", Control.THREAD.text(), entry.threadId().text());
    expect(Reason.BAD_LAMPORT, "lamport", control.number(), entry.lamport());
    expect(Reason.WRONG_GENESIS, "genesis", state.genesis(), control.genesis());
    expect(Reason.WRONG_HEAD, "number", state.number() + 1, control.number());
    List<EnvelopeId> parents = state.headId().isNone() ? List.of() : List.of(state.headId());
    expect(Reason.WRONG_HEAD, "parents", parents, entry.parents());
    if (!state.policies().containsKey(entry.policyHash())) {
      throw new RefusedException(
          Reason.POLICY_MISMATCH,
          "policy_engine_hash: expected one of %s, got %s"
              .formatted(state.policies().keySet(), entry.policyHash()));
    }
  }

  private static void expect(Reason reason, String where, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new RefusedException(
          reason, "%s: expected %s, got %s".formatted(where, expected, actual));
    }
  }

  private static RefusedException refused(String expected, String actual) {
    return new RefusedException(
        Reason.CHANGE_REFUSED, "change: expected " + expected + ", got " + actual);
  }

  /** The keys and policies of the next state, while they are changed. */
  private static final class Changing {
    private final TrustState state;
    private final long number;
    final TreeMap<PublicKey, ControlKey> keys;
    final LinkedHashMap<String, Policy> policies;

    Changing(TrustState state) {
      this.state = state;
      this.number = state.number() + 1;
      this.keys = new TreeMap<>((Map<PublicKey, ControlKey>) state.byKey());
      this.policies = new LinkedHashMap<>(state.policies());
    }

    void add(Add add) {
      isNew(add.key());
      state
          .keyOf(add.name())
          .ifPresent(
              held -> {
                throw refused("a name that is not in use", add.name() + ", which is " + held);
              });
      keys.put(
          add.key(),
          new ControlKey(add.name(), add.key(), add.roles(), KeyStatus.IN_FORCE, number));
    }

    void roles(Roles roles) {
      keys.put(roles.key(), inForce(roles.key()).with(roles.roles()));
    }

    void rotate(Rotate rotate) {
      ControlKey old = inForce(rotate.old());
      if (!old.name().equals(rotate.name())) {
        throw refused("a key of " + rotate.name(), rotate.old() + " of " + old.name());
      }
      isNew(rotate.key());
      keys.put(rotate.old(), old.become(KeyStatus.RETIRED, number));
      keys.put(
          rotate.key(),
          new ControlKey(old.name(), rotate.key(), old.roles(), KeyStatus.IN_FORCE, number));
    }

    void retire(PublicKey key) {
      keys.put(key, inForce(key).become(KeyStatus.RETIRED, number));
    }

    void compromise(PublicKey key) {
      ControlKey known = keys.get(key);
      if (known == null || known.status() == KeyStatus.COMPROMISED) {
        throw refused("a key in force or retired", shown(key));
      }
      keys.put(key, known.become(KeyStatus.COMPROMISED, number));
    }

    void activate(Activate change) {
      Policy policy = read(change);
      if (policies.putIfAbsent(policy.hash(), policy) != null) {
        throw refused("a policy that is not in force", policy.hash());
      }
    }

    void retirePolicy(String hash) {
      if (policies.remove(hash) == null) {
        throw refused("one of the policies in force, " + state.policies().keySet(), hash);
      }
      if (policies.isEmpty()) {
        throw refused("a policy that stays in force", "the last one, " + hash);
      }
    }

    private static Policy read(Activate change) {
      try {
        return change.read();
      } catch (ShapeException e) {
        throw refused("a policy", String.valueOf(e.getMessage()));
      }
    }

    private void isNew(PublicKey key) {
      if (keys.containsKey(key)) {
        throw refused("a key that was never known", shown(key));
      }
    }

    private ControlKey inForce(PublicKey key) {
      ControlKey known = keys.get(key);
      if (known == null || !known.isInForce()) {
        throw refused("a key in force", shown(key));
      }
      return known;
    }

    private String shown(PublicKey key) {
      ControlKey known = keys.get(key);
      return key + ", which is " + (known == null ? "unknown" : known.status());
    }
  }
}
