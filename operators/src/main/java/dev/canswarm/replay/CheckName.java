package dev.canswarm.replay;

/** The checks that replay makes of a NEED, in the order of the report. */
public enum CheckName {
  /** Every record is an envelope of this swarm; hashes and signature hold; one id, one spelling. */
  RECORDS("records"),
  /** Policy and trust file, applied again; payloads of the form that their verb has. */
  POLICY("policy"),
  /** Every message that the FINALIZE follows from is there. */
  CLOSURE("closure"),
  /** Lamport times are one more than the parents'; each envelope fits what it follows from. */
  ORDER("order"),
  /** One DECIDE, one FINALIZE, one PROPOSE of each planner. */
  ONCE("once"),
  /** Each lease has one holder and one end, and a COMMIT is its holder's. */
  LEASES("leases"),
  /** Every accepted result has enough votes of those who may vote. */
  VOTES("votes"),
  /** Envelopes that follow from others are derived again and are the same. */
  DERIVED("derived"),
  /** The result hash, computed again. */
  RESULT("result"),
  /** The op-log holds these envelopes and what follows from them. */
  OPLOG("op-log"),
  /** Every entry of the control chain follows from the one before it; of no NEED. */
  CONTROL("control");

  private final String label;

  CheckName(String label) {
    this.label = label;
  }

  /** The name in reports. */
  public String label() {
    return label;
  }
}
