package dev.canswarm.simulation.checker;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Checks P6 of one stored envelope, alone and against its parents. Thread-safe. */
final class EnvelopeCheck {
  private static final String P6 = "P6";

  private final String swarmId;
  private final ArchivedRules rules;
  private final Proofs proofs = new Proofs();
  private final ViolationCollector violations;

  EnvelopeCheck(String swarmId, ArchivedRules rules, ViolationCollector violations) {
    this.swarmId = swarmId;
    this.rules = rules;
    this.violations = violations;
  }

  /**
   * @param known the envelopes of the same NEED by id
   */
  void check(Row row, Map<String, Message> known) {
    Message message = row.message();
    if (!message.hasItsMembers()) {
      violations.add(P6, row + " does not have the members that its verb requires");
      return;
    }
    require(Arrays.equals(message.canonical(), message.bytes()), row, "is not canonical");
    require(message.text("swarm_id").equals(swarmId), row, "is of another swarm");
    require(
        row.id().equals(message.id())
            && row.need().equals(message.need())
            && row.kind().equals(message.kind()),
        row,
        "has another id, NEED or verb than its row");
    require(
        Proofs.hex(CanonicalText.of(message.payload())).equals(message.text("payload_hash")),
        row,
        "has another payload_hash");
    require(
        Proofs.hexTagged(Message.ID_TAG, message.identified()).equals(message.id()),
        row,
        "has another id");
    require(
        proofs.signed(
            message.sender(), message.text("sig_b64"), Message.ENVELOPE_TAG, message.signed()),
        row,
        "has a signature that does not verify");
    require(
        rules.maySay(message.sender(), message.kind()),
        row,
        "is by " + message.sender() + ", who lacks the role for it");
    require(
        rules.isPolicy(message.text("policy_engine_hash")),
        row,
        "names a policy that is not archived");
    parents(row, known);
  }

  private void parents(Row row, Map<String, Message> known) {
    List<String> parents = row.message().parents();
    require(
        parents.stream().sorted().distinct().toList().equals(parents),
        row,
        "has its parents unsorted");
    long highest = 0;
    for (String id : parents) {
      Message parent = known.get(id);
      require(parent != null, row, "follows from " + id + ", which is not stored");
      highest = parent == null ? highest : Math.max(highest, parent.lamport());
    }
    require(
        row.message().lamport() == highest + 1,
        row,
        "has lamport " + row.message().lamport() + ", expected " + (highest + 1));
    require(
        !row.kind().equals("CANCEL") || isAllowed(row.message(), known),
        row,
        "is neither by the key that signed its NEED nor by an operator, or not about the NEED alone");
    require(
        parents.isEmpty() == row.kind().equals("NEED"),
        row,
        "is a NEED with parents, or none without");
  }

  private boolean isAllowed(Message cancel, Map<String, Message> known) {
    Message need = known.get(cancel.need());
    return cancel.parents().equals(List.of(cancel.need()))
        && need != null
        && (need.sender().equals(cancel.sender()) || rules.isOperator(cancel.sender()));
  }

  private void require(boolean holds, Row row, String what) {
    violations.require(holds, P6, row + " " + what);
  }
}
