package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.pipeline.cli.chain.TrustView;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.stage.RowCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a message for a reader: its sender signed it, with a key that is or was in force for its
 * verb, under the policy in force; and it follows from the stored messages that it names. It does
 * not derive messages again; {@code ./swarm replay} does. Thread-safe.
 */
public final class MessageCheck {
  /**
   * The result of a check.
   *
   * @param problem why it is not verified; empty if it is
   */
  public record Standing(String problem) {
    private static final Standing GOOD = new Standing("");

    /** Whether every check passed. */
    public boolean isVerified() {
      return problem.isEmpty();
    }
  }

  private final EnvelopeCodec codec;
  private final PolicyCheck policyCheck;
  private final Policy policy;
  private final TrustRegistry trust;

  /**
   * @param trust keys that are or were in force
   */
  public MessageCheck(EnvelopeCodec codec, Policy policy, TrustRegistry trust) {
    this.codec = codec;
    this.policy = policy;
    this.trust = trust;
    this.policyCheck = new PolicyCheck(policy, trust);
  }

  /**
   * Returns the check of messages that are stored: by keys that are or were in force, also those
   * that were compromised since, of which the store takes nothing any more. Blocks.
   *
   * @param wait longest wait for the store
   */
  public static MessageCheck ofStored(
      DataAccess access, PostgresSlotStore store, Duration wait, TimeSource time) throws Exception {
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    TrustView view = TrustView.read(access, store, wait, engine, KeyAccess.plain(engine), time);
    return of(access, engine, view.policy(), view.known());
  }

  /**
   * Returns the check of messages of topics: by keys that are in force, or were and are retired. If
   * the store is away, by those that the trust file lists. Blocks.
   *
   * @param wait longest wait for the store
   */
  public static MessageCheck ofTopics(
      DataAccess access, PostgresSlotStore store, Duration wait, TimeSource time) throws Exception {
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    TrustView view;
    try {
      view = TrustView.read(access, store, wait, engine, KeyAccess.plain(engine), time);
    } catch (RetryableException away) {
      view = TrustView.ofTrustFile(access, KeyAccess.plain(engine), time);
    }
    return of(access, engine, view.policy(), view.ever());
  }

  private static MessageCheck of(
      DataAccess access, SignatureEngine engine, Policy policy, TrustRegistry trust) {
    return new MessageCheck(
        new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT),
        policy,
        trust);
  }

  /** Checks a message by itself: form, hashes, signature, sender, policy. */
  public Standing itself(byte[] value, String topic) {
    try {
      payload(codec.decodeAndVerify(value), topic);
      return Standing.GOOD;
    } catch (RefusedException e) {
      return new Standing(e.reason() + ": " + e.detail());
    }
  }

  /**
   * Checks a message by itself, and that it follows from what is stored.
   *
   * @param view what is stored of its NEED
   */
  public Standing within(byte[] value, String topic, NeedView view) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      Payload payload = payload(envelope, topic);
      List<String> missing =
          envelope.parents().stream().filter(parent -> view.byId(parent) == null).toList();
      if (!missing.isEmpty()) {
        return new Standing("PARENT_MISSING: " + missing + " are not stored");
      }
      Verbs.admit(envelope, payload, view, trust);
      return Standing.GOOD;
    } catch (RefusedException e) {
      return new Standing(e.reason() + ": " + e.detail());
    }
  }

  private Payload payload(Envelope envelope, String topic) {
    policyCheck.check(envelope, topic);
    return Verbs.payload(envelope, policy);
  }

  /**
   * Returns what rows hold of a NEED; a row that holds no message of it is left out.
   *
   * @param rows of the NEED's scope, and its own
   */
  public NeedView view(NeedId needId, String threadId, List<SlotRow> rows) {
    RowCodec decoder = new RowCodec(codec);
    List<Stored> stored = new ArrayList<>(rows.size());
    for (SlotRow row : rows) {
      try {
        if (row.threadId().equals(threadId)) {
          stored.add(decoder.stored(row));
        }
      } catch (RuntimeException damaged) {
        // The check of the message itself reports the damage.
      }
    }
    return NeedView.of(needId, threadId, stored);
  }
}
