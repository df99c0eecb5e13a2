package dev.canswarm.replay.audit;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import java.util.Arrays;

/**
 * A checkpoint line: the node's signature over the position of its chain.
 *
 * @param n number of the last record before it
 * @param prev lower-case hex SHA-256 of the line before
 * @param lamport Lamport time of the last record before it
 * @param timestampNs nanoseconds since 1970, by the node's clock
 * @param signature 64 bytes; must not be written to
 */
public record AuditCheckpoint(
    long n, String prev, long lamport, long timestampNs, PublicKey node, byte[] signature)
    implements AuditLine {

  /** Whether the node signed this. */
  public boolean isSigned(SignatureEngine engine) {
    return engine.verify(node, AuditFormat.signedBytes(this), signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditCheckpoint checkpoint
        && Arrays.equals(AuditFormat.signedBytes(this), AuditFormat.signedBytes(checkpoint))
        && Arrays.equals(signature, checkpoint.signature);
  }

  @Override
  public int hashCode() {
    return prev.hashCode();
  }
}
