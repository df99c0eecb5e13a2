package dev.canswarm.pipeline.cli.chain;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control chain as PostgreSQL stores it, checked entry by entry. Blocks. */
public final class StoredChain {
  private final SlotStore store;
  private final EnvelopeCodec codec;
  private final SignatureEngine engine;
  private final Duration wait;

  /**
   * @param wait longest wait for one read
   */
  public StoredChain(SlotStore store, EnvelopeCodec codec, SignatureEngine engine, Duration wait) {
    this.store = store;
    this.codec = codec;
    this.engine = engine;
    this.wait = wait;
  }

  /**
   * Returns the state after the last stored entry.
   *
   * @throws CommandException FAILED for an entry that the chain does not accept
   */
  public TrustState head(TrustState genesis) throws CommandException {
    return history(genesis).head();
  }

  /**
   * Returns all stored entries, and what is in force at each head.
   *
   * @throws CommandException FAILED for an entry that the chain does not accept
   */
  public ControlHistory history(TrustState genesis) throws CommandException {
    Map<String, SlotRow> rows = new HashMap<>();
    rows().forEach(row -> rows.put(row.slot(), row));
    ControlHistory history = ControlHistory.of(genesis);
    while (true) {
      SlotRow next = rows.get(Slot.control(history.head().number() + 1).key());
      if (next == null) {
        return history;
      }
      history = after(history, next);
    }
  }

  private List<SlotRow> rows() {
    return store.load(Slot.CONTROL_SCOPE).blockOptional(wait).orElse(List.of());
  }

  /**
   * Returns a policy in the form of the entry that activated it.
   *
   * @param hash of a policy that was in force at a head
   * @return empty for the policy with which the chain began
   */
  public Optional<JsonObject> activated(String hash) {
    return rows().stream()
        .map(row -> Control.parse(codec.decodeAndVerify(row.bytes()).payload()).change())
        .filter(ControlChange.Activate.class::isInstance)
        .map(ControlChange.Activate.class::cast)
        .filter(change -> change.read().hash().equals(hash))
        .map(ControlChange.Activate::policy)
        .findFirst();
  }

  private ControlHistory after(ControlHistory history, SlotRow row) throws CommandException {
    TrustState head = history.head();
    try {
      Envelope entry = codec.decodeAndVerify(row.bytes());
      Control control = Control.parse(entry.payload());
      return history.with(entry, control, ControlChain.apply(head, entry, control, engine));
    } catch (RefusedException | ShapeException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "entry %s of the control chain in PostgreSQL does not follow from %s and trust.yaml: %s"
              .formatted(row.slot(), head, e.getMessage()),
          e);
    }
  }
}
