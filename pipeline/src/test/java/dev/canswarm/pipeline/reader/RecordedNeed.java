package dev.canswarm.pipeline.reader;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.replay.ReplayFixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of a NEED that ended as ACCEPTED, and what somebody with a stolen key could forge. */
public final class RecordedNeed {
  /** Reads and signs messages of the recorded swarm. */
  public static final EnvelopeCodec CODEC =
      new EnvelopeCodec(ReplayFixture.SWARM, Engines.portable(), EnvelopeLimits.DEFAULT);

  private final ReplayFixture fixture;

  /**
   * A NEED that was carried out.
   *
   * @param fixture after its run
   */
  public RecordedNeed(ReplayFixture fixture) {
    this.fixture = fixture;
  }

  /** A NEED of one task. */
  public static RecordedNeed ofOneTask() {
    return new RecordedNeed(new ReplayFixture().run(ReplayFixture.oneTask()));
  }

  /** A NEED of two tasks, with the same agents. */
  public static RecordedNeed ofTwoTasks() {
    return new RecordedNeed(new ReplayFixture().run(ReplayFixture.twoTasks()));
  }

  /** A NEED of one task whose workers hang, so that it is open. */
  public static RecordedNeed open() {
    return new RecordedNeed(
        new ReplayFixture().hanging("worker-1", "worker-2").run(ReplayFixture.oneTask()));
  }

  /** The control chain, without an entry. */
  public ControlHistory chain() {
    return ControlHistory.of(
        TrustState.genesis(ReplayFixture.SWARM, fixture.rules().trust(), fixture.rules().policy()));
  }

  /** The check by that chain. */
  public StoredCheck check() {
    return new StoredCheck(CODEC, this::chain);
  }

  public NeedId needId() {
    return fixture.needId();
  }

  /** All rows; a copy that may be changed. */
  public List<SlotRow> rows() {
    return new ArrayList<>(fixture.rows());
  }

  /** The only row of a verb's first message. */
  public SlotRow row(Verb verb) {
    return rows().stream().filter(row -> row.kind().equals(verb.name())).findFirst().orElseThrow();
  }

  /** The message of that row. */
  public Envelope message(Verb verb) {
    return CODEC.decodeAndVerify(row(verb).bytes());
  }

  /** All rows but the one in a slot, with another in its place. */
  public List<SlotRow> rowsWith(Slot slot, Envelope other) {
    List<SlotRow> rows = rows();
    rows.removeIf(row -> row.slot().equals(slot.key()));
    rows.add(rowOf(slot, other));
    return rows;
  }

  /** The row of this NEED that says that a message is in a slot, whatever the message says. */
  public SlotRow rowOf(Slot slot, Envelope other) {
    return SlotRow.at(needId().text(), slot.key())
        .id(other.id().text())
        .need(needId(), ReplayFixture.THREAD)
        .kind(other.verb().name())
        .sender(other.sender().base64())
        .time(other.lamport(), other.timestampNs())
        .bytes(other.bytes())
        .build();
  }

  /** A key of the recorded swarm, or of a stranger if no agent has this name. */
  public SigningKey key(String name) {
    return fixture.key(name);
  }

  /** A message of this NEED that follows from its parents in form only. */
  public Envelope signed(String who, Verb verb, JsonObject payload, Envelope... parents) {
    return CODEC.sign(
        Draft.builder(verb, ReplayFixture.THREAD)
            .need(needId())
            .lamport(1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0))
            .parents(Arrays.stream(parents).map(Envelope::id).sorted().toList())
            .policyHash(fixture.rules().policy().hash())
            .payload(payload)
            .build(),
        key(who),
        7);
  }

  /** A FINALIZE that claims another result than the one that was verified. */
  public Envelope forgedEnd(String who) {
    String wrong = "f".repeat(64);
    Finalize end = Finalize.parse(ofOneTask().message(Verb.FINALIZE).payload());
    return signed(
        who,
        Verb.FINALIZE,
        new Finalize(
                Outcome.ACCEPTED,
                null,
                wrong,
                List.of(new Finalize.Result(end.results().get(0).taskId(), "a", wrong)))
            .toJson(),
        message(Verb.DECIDE));
  }
}
