package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.pipeline.cli.chain.TrustView;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.port.Archive;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks a message of a topic for a reader: its sender signed it, with a key and under the policy
 * that apply to its NEED; it follows from the stored messages that it names; and its slot holds it.
 * Thread-safe.
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

  private final StoredCheck needs;
  private final ControlHistory chain;

  /**
   * @param chain the control chain as far as it is known
   */
  public MessageCheck(EnvelopeCodec codec, ControlHistory chain) {
    this(new StoredCheck(codec, () -> chain), chain);
  }

  private MessageCheck(StoredCheck needs, ControlHistory chain) {
    this.needs = needs;
    this.chain = chain;
  }

  /**
   * Returns a check that also knows the earlier files that apply to a NEED, as {@link
   * StoredCheck#withArchived} does. Blocks.
   *
   * @param rows of the NEED
   * @param wait longest wait for the archive
   */
  public MessageCheck withArchived(List<SlotRow> rows, Archive archive, Duration wait) {
    StoredCheck known = needs.withArchived(rows, archive).blockOptional(wait).orElse(needs);
    return known.equals(needs) ? this : new MessageCheck(known, known.chain());
  }

  /**
   * Returns the check of stored messages, by the control chain as it is stored now. Blocks.
   *
   * @param wait longest wait for the store
   */
  public static StoredCheck ofStored(
      DataAccess access, PostgresSlotStore store, Duration wait, TimeSource time) throws Exception {
    SignatureEngine engine = ConfiguredEngine.forSome(access.settings());
    ControlHistory chain =
        TrustView.read(access, store, wait, engine, KeyAccess.plain(engine), time).chain();
    return new StoredCheck(codec(access, engine), () -> chain);
  }

  /**
   * Returns the check of messages of topics. If the store is away, only the keys count that the
   * trust file lists. Blocks.
   *
   * @param wait longest wait for the store
   */
  public static MessageCheck ofTopics(
      DataAccess access, PostgresSlotStore store, Duration wait, TimeSource time) throws Exception {
    SignatureEngine engine = ConfiguredEngine.forSome(access.settings());
    TrustView view;
    try {
      view = TrustView.read(access, store, wait, engine, KeyAccess.plain(engine), time);
    } catch (RetryableException away) {
      view = TrustView.ofTrustFile(access, KeyAccess.plain(engine), time);
    }
    return new MessageCheck(codec(access, engine), view.chain());
  }

  private static EnvelopeCodec codec(DataAccess access, SignatureEngine engine) {
    return new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT);
  }

  /**
   * Decodes a record's value.
   *
   * @return the message in the slot that it is for
   * @throws RefusedException for what is no message that its sender signed
   */
  public Message decode(byte[] value) {
    return needs.decode(value);
  }

  /** Checks a message by itself: its sender and its policy. */
  public Standing itself(Message message, String topic) {
    Envelope envelope = message.envelope();
    Policy policy = chain.policies().getOrDefault(envelope.policyHash(), chain.head().policy());
    try {
      new PolicyCheck(policy, chain.everListed().without(chain.head().compromised()))
          .check(envelope, topic);
      return Standing.GOOD;
    } catch (RefusedException e) {
      return refused(e);
    }
  }

  /**
   * Checks a message against what is stored. Whoever concludes a DECIDE, RELEASE or FINALIZE stores
   * it before it is sent, so one whose slot is free is not verified.
   *
   * @param rows all that is stored of its NEED; none for an entry of the control chain
   * @param held returns the row of a slot, if it is filled
   */
  public Standing within(
      Message message,
      String topic,
      List<SlotRow> rows,
      Function<SlotKey, Optional<SlotRow>> held) {
    Envelope envelope = message.envelope();
    String problem =
        envelope.verb().isOfNoNeed()
            ? itself(message, topic).problem()
            : problem(message, topic, rows);
    if (!problem.isEmpty()) {
      return new Standing(problem);
    }
    if (rows.stream().anyMatch(row -> row.id().equals(message.id().text()))) {
      return Standing.GOOD;
    }
    Optional<SlotRow> holder =
        held.apply(new SlotKey(Slot.scopeOf(envelope), message.slot().key()));
    if (holder.isPresent()) {
      return holder.get().id().equals(message.id().text())
          ? Standing.GOOD
          : new Standing("SUPERSEDED: its slot holds " + holder.get().id());
    }
    return Chain.settling().contains(envelope.verb()) || envelope.verb().isOfNoNeed()
        ? new Standing("NOT_STORED: its slot is free")
        : Standing.GOOD;
  }

  private String problem(Message message, String topic, List<SlotRow> rows) {
    CheckedNeed need = needs.of(message.envelope().need(), message.envelope().threadId(), rows);
    if (need.holds(message.id())) {
      return itself(message, topic).problem();
    }
    return rows.stream()
        .filter(row -> row.id().equals(message.id().text()))
        .map(need::problem)
        .findFirst()
        .orElseGet(() -> needs.problem(message, topic, need));
  }

  /** Returns the standing of what was refused. */
  public static Standing refused(RefusedException refused) {
    return new Standing(refused.reason() + ": " + refused.detail());
  }
}
