package dev.canswarm.envelope;

/** Why bytes were refused: the codes of the header {@code swarm-reason} of a dead letter. */
public enum Reason {
  /** The bytes are not I-JSON (RFC 7493). */
  MALFORMED_JSON,
  /** JSON, but not of the form that is asked for. */
  BAD_SHAPE,
  /** The id is not the hash of what it names. */
  BAD_ID,
  /** The payload hash is not the hash of the payload. */
  BAD_PAYLOAD_HASH,
  /** The signature is not the sender's. */
  BAD_SIGNATURE,
  /** Not one more than the largest of its parents'. */
  BAD_LAMPORT,
  /** A thread id outside its alphabet or length, or one that is not the record's key. */
  BAD_THREAD_ID,
  /** Its {@code kind} is none of the verbs. */
  UNKNOWN_KIND,
  /** A verb on another verb's topic. */
  WRONG_TOPIC,
  /** Another swarm's envelope. */
  WRONG_SWARM,
  /** Over a size limit. */
  TOO_LARGE,
  /** A record of a batch that the process cannot read: damaged, or it cannot be decompressed. */
  UNREADABLE_BATCH,
  /** Made under a policy that is not the one in force, or against it. */
  POLICY_MISMATCH,
  /** Its evaluation under the policy needs more gas than the policy allows. */
  OUT_OF_GAS,
  /** A rule that the policy brings along as a module refuses it. */
  POLICY_RULE_REFUSED,
  /** A key that is not listed, or not for that role. */
  SENDER_NOT_AUTHORISED,
  /** A plan that cannot be carried out: a cycle, an unknown reference, too many tasks. */
  BAD_PLAN,
  /** A NEED of a task type that no planner knows. */
  UNKNOWN_TASK_TYPE,
  /** Another worker holds the lease. */
  LEASE_TAKEN,
  /** A parent that was not seen by the deadline. */
  PARENT_MISSING,
  /** A DECIDE, RELEASE or FINALIZE that does not follow from the parents that it names. */
  NOT_DERIVED,
  /** An idempotency key that was used in its thread for another payload. */
  IDEMPOTENCY_CONFLICT,
  /** An entry of a control chain that begins with another trust file. */
  WRONG_GENESIS,
  /**
   * An entry of the control chain that does not follow from the last one, or that never saw the
   * ones before it; a DECIDE that pins an older head; a message of a NEED whose DECIDE pins a trust
   * file that is not known.
   */
  WRONG_HEAD,
  /** An approval of a control entry that is not an administrator's signature over it. */
  BAD_APPROVAL,
  /** An entry of the control chain that fewer administrators have signed than are required. */
  APPROVALS_MISSING,
  /** An entry of the control chain whose change does not fit the keys and policies before it. */
  CHANGE_REFUSED
}
