package dev.canswarm.envelope;

import dev.canswarm.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An envelope before it is signed, without sender, time and signature.
 *
 * @param needId the NEED it belongs to; null on a NEED and only there
 * @param lamport one more than the largest of its parents', or 1
 * @param parents ids, made sorted and distinct here
 * @param nonce on a NEED only
 */
public record Draft(
    Verb verb,
    ThreadId threadId,
    @Nullable NeedId needId,
    long lamport,
    List<EnvelopeId> parents,
    @Nullable String nonce,
    String policyHash,
    JsonObject payload) {

  public Draft {
    parents =
        parents.size() < 2 ? List.copyOf(parents) : parents.stream().sorted().distinct().toList();
  }

  /**
   * A NEED, which has no parents.
   *
   * @param nonce distinguishes it from another NEED with the same payload
   */
  public static Draft need(ThreadId threadId, String nonce, String policyHash, JsonObject payload) {
    return builder(Verb.NEED, threadId)
        .nonce(nonce)
        .policyHash(policyHash)
        .payload(payload)
        .build();
  }

  /**
   * Returns a builder of a draft without a NEED's id, parents and nonce, with Lamport time 1, an
   * empty policy hash and an empty payload.
   */
  public static Builder builder(Verb verb, ThreadId threadId) {
    return new Builder(verb, threadId);
  }

  /** Returns a builder with the fields of this draft. */
  public Builder with() {
    return new Builder(verb, threadId)
        .need(needId)
        .lamport(lamport)
        .parents(parents)
        .nonce(nonce)
        .policyHash(policyHash)
        .payload(payload);
  }

  /** Sets the fields of a draft by name. Not thread-safe. */
  public static final class Builder {
    private final Verb verb;
    private final ThreadId threadId;
    private @Nullable NeedId needId;
    private long lamport = 1;
    private List<EnvelopeId> parents = List.of();
    private @Nullable String nonce;
    private String policyHash = "";
    private JsonObject payload = JsonObject.empty();

    private Builder(Verb verb, ThreadId threadId) {
      this.verb = verb;
      this.threadId = threadId;
    }

    /** Sets the id of the NEED; null on a NEED. */
    public Builder need(@Nullable NeedId id) {
      needId = id;
      return this;
    }

    /** Sets the Lamport time. */
    public Builder lamport(long time) {
      lamport = time;
      return this;
    }

    /** Sets the ids of the parents, in any order. */
    public Builder parents(List<EnvelopeId> ids) {
      parents = ids;
      return this;
    }

    /** Sets the nonce of a NEED; null on other verbs. */
    public Builder nonce(@Nullable String value) {
      nonce = value;
      return this;
    }

    /** Sets the hash of the policy in force, lower-case hex. */
    public Builder policyHash(String hash) {
      policyHash = hash;
      return this;
    }

    /** Sets the payload. */
    public Builder payload(JsonObject object) {
      payload = object;
      return this;
    }

    /** Returns the draft. */
    public Draft build() {
      return new Draft(verb, threadId, needId, lamport, parents, nonce, policyHash, payload);
    }
  }
}
