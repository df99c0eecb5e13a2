package dev.canswarm.envelope;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed message, version 1 (docs/spec/envelope.md). Two are equal when their bytes are.
 * Immutable; the arrays must not be written to.
 *
 * @param id lower-case hex SHA-256 over the fields that say what it is
 * @param need the NEED it belongs to; the envelope's own id on a NEED, and on a CONTROL, which
 *     belongs to no NEED
 * @param parents ids it follows from, sorted and distinct
 * @param nonce on a NEED only, else null
 * @param timestampNs nanoseconds since 1970, by the sender's clock; no decision reads it
 * @param signature 64 bytes
 * @param bytes the canonical form (RFC 8785) of the whole envelope: what is stored, sent and
 *     audited
 */
public record Envelope(
    EnvelopeId id,
    String swarmId,
    ThreadId threadId,
    Verb verb,
    NeedId need,
    long lamport,
    PublicKey sender,
    List<EnvelopeId> parents,
    @Nullable String nonce,
    String policyHash,
    String payloadHash,
    long timestampNs,
    JsonObject payload,
    byte[] signature,
    byte[] bytes) {

  public Envelope {
    parents = List.copyOf(parents);
  }

  /**
   * The parts that signing adds to a draft.
   *
   * @param signature 64 bytes
   * @param bytes the canonical form of the whole envelope
   */
  record Signing(
      EnvelopeId id,
      String payloadHash,
      String swarmId,
      PublicKey sender,
      long timestampNs,
      byte[] signature,
      byte[] bytes) {}

  /** Returns the envelope that a draft has become. */
  static Envelope signed(Draft draft, Signing signing) {
    return new Envelope(
        signing.id,
        signing.swarmId,
        draft.threadId(),
        draft.verb(),
        needOf(draft, signing.id),
        draft.lamport(),
        signing.sender,
        draft.parents(),
        draft.nonce(),
        draft.policyHash(),
        signing.payloadHash,
        signing.timestampNs,
        draft.payload(),
        signing.signature,
        signing.bytes);
  }

  /**
   * Returns an unsigned envelope, for code that derives envelopes and reads their content alone:
   * without a swarm's id, nonce, time and signature.
   *
   * @param bytes of the unsigned form
   */
  public static Envelope unsigned(
      EnvelopeId id, Draft draft, PublicKey sender, String payloadHash, byte[] bytes) {
    return new Envelope(
        id,
        "",
        draft.threadId(),
        draft.verb(),
        needOf(draft, id),
        draft.lamport(),
        sender,
        draft.parents(),
        null,
        draft.policyHash(),
        payloadHash,
        0,
        draft.payload(),
        new byte[0],
        bytes);
  }

  private static NeedId needOf(Draft draft, EnvelopeId id) {
    NeedId named = draft.needId();
    return named == null ? NeedId.of(id) : named;
  }

  /** Returns the NEED that the envelope names: null on a NEED, and on a CONTROL. */
  public @Nullable NeedId needId() {
    return verb.namesNeed() ? need : null;
  }

  /**
   * The canonical form without signing time and signature: exactly what the id identifies, and the
   * id. Two envelopes with one id have the same statement.
   */
  public byte[] statement() {
    return EnvelopeForm.of(this).statement(payload);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope envelope && Arrays.equals(bytes, envelope.bytes);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return verb + " " + id;
  }
}
