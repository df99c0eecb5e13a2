package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;

/**
 * The decision for one plan of a NEED. It pins the rules by which the NEED is judged.
 *
 * @param epoch of the decider
 * @param kPlan accepting attestations of the plan that were counted
 * @param k accepting attestations that each task needs
 * @param policy hash of the policy
 * @param trust hash of the trust file
 * @param verifiers hash of the set of verifiers
 */
public record Decide(
    EnvelopeId proposalId,
    long epoch,
    int kPlan,
    int k,
    String policy,
    String trust,
    String verifiers)
    implements Payload {

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Decide parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Decide decide =
        new Decide(
            Shapes.envelopeId(reader, "proposal_id"),
            reader.requiredSafeInteger("epoch", 0, JsonNumber.SAFE_INTEGER_MAX),
            (int) reader.requiredSafeInteger("k_plan", 0, 1024),
            (int) reader.requiredSafeInteger("k", 1, 1024),
            Shapes.hash(reader, "policy"),
            Shapes.hash(reader, "trust"),
            Shapes.hash(reader, "verifiers"));
    reader.noOthers();
    return decide;
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("proposal_id", proposalId.text())
        .put("epoch", epoch)
        .put("k_plan", kPlan)
        .put("k", k)
        .put("policy", policy)
        .put("trust", trust)
        .put("verifiers", verifiers)
        .build();
  }
}
