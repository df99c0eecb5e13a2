package dev.canswarm.replay.audit;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import java.util.HexFormat;

/**
 * The position of a chain, from which the next line must continue.
 *
 * @param n number of the last record, 0 before the first
 * @param lineHash lower-case hex SHA-256 of the last line without its newline; before the first
 *     line, the node's genesis
 * @param lamport Lamport time of the last record, 0 before the first
 */
public record ChainPosition(long n, String lineHash, long lamport) {
  private static final String GENESIS_TAG = "can-swarm/audit-genesis/v1";

  /** Before the first line of a node's log: no other node's lines follow it. */
  public static ChainPosition genesis(PublicKey node) {
    return new ChainPosition(0, Sha256.hexTagged(GENESIS_TAG, node.toBytes()), 0);
  }

  /** After a record line. */
  public ChainPosition after(long lamportOfRecord, byte[] line) {
    return new ChainPosition(n + 1, Sha256.hex(line), lamportOfRecord);
  }

  /** After a record line that lies in a buffer, from {@code start} to its end. */
  public ChainPosition after(long lamportOfRecord, AuditBuffer lines, int start) {
    byte[] hash = Sha256.hash(lines.bytes(), start, lines.size() - start);
    return new ChainPosition(n + 1, HexFormat.of().formatHex(hash), lamportOfRecord);
  }

  /** After a checkpoint line, which counts no record. */
  public ChainPosition afterCheckpoint(byte[] line) {
    return new ChainPosition(n, Sha256.hex(line), lamport);
  }
}
