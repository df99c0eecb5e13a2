package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.Kind;
import dev.canswarm.json.JsonObject;

/** A payload in typed form. */
public sealed interface Payload
    permits Need, Propose, Decide, Lease, Commit, Attest, Release, Finalize {

  /**
   * Reads the payload of a verb.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  static Payload parse(Kind kind, JsonObject payload) {
    return switch (kind) {
      case NEED -> Need.parse(payload);
      case PROPOSE -> Propose.parse(payload);
      case DECIDE -> Decide.parse(payload);
      case CLAIM, YIELD -> Lease.parse(payload);
      case COMMIT -> Commit.parse(payload);
      case ATTEST -> Attest.parse(payload);
      case RELEASE -> Release.parse(payload);
      case FINALIZE -> Finalize.parse(payload);
    };
  }
}
