package dev.canswarm.replay.audit;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.replay.audit.AuditException.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the lines of one log in order. Records are held until the checkpoint behind them is
 * checked, so what comes out is proven; at most {@link AuditFormat#BATCH_RECORDS_MAX} records and
 * {@link AuditFormat#BATCH_BYTES_MAX} bytes (or one record) are held.
 *
 * <p>When a hash does not match the line before, either of the two may have been changed. The line
 * after shows: if it has the second's hash, the second is intact, and the first is named. What
 * cannot be seen from lines alone: that a log ends too early, and what was changed in the very last
 * line behind the last checkpoint.
 *
 * <p>After an exception it must not be used. Not thread-safe.
 */
public final class AuditVerifier {
  private static final AuditLocation BEFORE = new AuditLocation("(start)", 0);

  /** The trusted nodes by their genesis; sorted, so that messages are the same on every run. */
  private final TreeMap<String, PublicKey> geneses = new TreeMap<>();

  private final SignatureEngine engine;
  private final List<AuditItem.Entry> unsealed = new ArrayList<>();

  private @Nullable PublicKey node;
  private @Nullable ChainPosition position;
  private @Nullable ChainPosition sealedPosition;
  private @Nullable Suspicion suspicion;
  private AuditLocation last = BEFORE;
  private long unsealedBytes;

  /** Two lines that do not match, until the next line shows which was changed. */
  private record Suspicion(
      AuditLocation first, AuditLocation second, String secondHash, String detail) {}

  /**
   * A verifier for a whole log, which may belong to any of these nodes.
   *
   * @param trustedNodes keys that the trust file lists as nodes
   */
  public AuditVerifier(SignatureEngine engine, Collection<PublicKey> trustedNodes) {
    this.engine = engine;
    trustedNodes.forEach(key -> geneses.put(ChainPosition.genesis(key).lineHash(), key));
  }

  /** A verifier that goes on in a node's log at a position that is known. */
  public AuditVerifier(SignatureEngine engine, PublicKey node, ChainPosition position) {
    this.engine = engine;
    this.node = node;
    this.position = position;
  }

  /**
   * Takes the next line.
   *
   * @param line without its newline; must not be written to
   * @return the records that this line seals: none but at a checkpoint
   * @throws AuditException if it does not follow
   */
  public List<AuditItem.Entry> accept(AuditLocation where, byte[] line) {
    AuditLine parsed = parsed(where, line);
    resolve(parsed);
    ChainPosition expected = position == null ? start(where, parsed) : position;
    checkNumber(where, parsed, expected);
    if (!parsed.prev().equals(expected.lineHash())) {
      suspect(where, line, parsed, expected);
      return List.of();
    }
    List<AuditItem.Entry> sealed =
        parsed instanceof AuditCheckpoint checkpoint
            ? seal(where, line, checkpoint, expected)
            : hold(where, line, (AuditRecord) parsed, expected);
    last = where;
    return sealed;
  }

  /**
   * Says that the log has no more lines.
   *
   * @return the records after the last checkpoint: chained, not signed
   * @throws AuditException for what only the next line could have settled
   */
  public List<AuditItem.Entry> end() {
    if (suspicion != null) {
      throw broken(suspicion.first(), suspicion);
    }
    return List.copyOf(unsealed);
  }

  /** Whether nothing came yet, or the last line was a checkpoint. */
  public boolean isSealed() {
    return unsealed.isEmpty() && suspicion == null;
  }

  /** The position of the chain; null before the first line of a log whose node is not known. */
  public @Nullable ChainPosition position() {
    return position;
  }

  /** The position of the chain after the last accepted checkpoint, or null. */
  public @Nullable ChainPosition sealedPosition() {
    return sealedPosition;
  }

  /** Whose log this is; null before its first line. */
  public @Nullable PublicKey node() {
    return node;
  }

  private AuditLine parsed(AuditLocation where, byte[] line) {
    try {
      return AuditFormat.parse(line);
    } catch (JsonException | ShapeException e) {
      throw AuditException.at(where, Problem.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /** The first line of a log names its node by the genesis. */
  private ChainPosition start(AuditLocation where, AuditLine line) {
    PublicKey named = geneses.get(line.prev());
    if (named == null) {
      boolean first = line instanceof AuditRecord entry ? entry.n() == 1 : false;
      throw AuditException.at(
          where,
          first ? Problem.UNTRUSTED_NODE : Problem.OUT_OF_SEQUENCE,
          "expected a log's first line, with prev the genesis of one of %d trusted nodes, got %s"
              .formatted(geneses.size(), line.prev()));
    }
    node = named;
    return ChainPosition.genesis(named);
  }

  private void checkNumber(AuditLocation where, AuditLine line, ChainPosition expected) {
    long number = line instanceof AuditRecord entry ? entry.n() - 1 : ((AuditCheckpoint) line).n();
    if (number != expected.n()) {
      long shift = number - expected.n();
      throw AuditException.at(
          where,
          Problem.OUT_OF_SEQUENCE,
          "expected to follow record %d, got a line that follows record %d: %s"
              .formatted(
                  expected.n(),
                  number,
                  shift > 0
                      ? "lines are missing before it"
                      : "lines are repeated or were moved before it"));
    }
  }

  /**
   * Which of two lines was changed: not a checkpoint that was checked, nor the start. For a record
   * the line after tells.
   */
  private void suspect(AuditLocation where, byte[] line, AuditLine parsed, ChainPosition expected) {
    var found =
        new Suspicion(
            last,
            where,
            Sha256.hex(line),
            "%s has hash %s, %s expects %s"
                .formatted(last, expected.lineHash(), where, parsed.prev()));
    if (last.equals(BEFORE) && expected.n() == 0) {
      throw AuditException.at(
          where,
          Problem.UNTRUSTED_NODE,
          "expected the first line of the log of node "
              + node
              + ", with prev "
              + expected.lineHash()
              + ", got "
              + parsed.prev());
    }
    if (unsealed.isEmpty()) {
      throw broken(where, found);
    }
    if (parsed instanceof AuditCheckpoint checkpoint) {
      throw broken(checkpoint.isSigned(engine) ? found.first() : where, found);
    }
    suspicion = found;
  }

  private void resolve(AuditLine next) {
    if (suspicion != null) {
      boolean secondIsWhole = next.prev().equals(suspicion.secondHash());
      throw broken(secondIsWhole ? suspicion.first() : suspicion.second(), suspicion);
    }
  }

  private static AuditException broken(AuditLocation where, Suspicion suspicion) {
    return AuditException.at(
        where,
        Problem.BROKEN_CHAIN,
        suspicion.detail() + ": changed after it was written, or lines between were removed");
  }

  private List<AuditItem.Entry> hold(
      AuditLocation where, byte[] line, AuditRecord entry, ChainPosition expected) {
    if (entry.lamport() <= expected.lamport()) {
      throw AuditException.at(
          where,
          Problem.BAD_LAMPORT,
          "expected more than %d, got %d".formatted(expected.lamport(), entry.lamport()));
    }
    unsealedBytes += line.length;
    boolean tooManyBytes = unsealedBytes > AuditFormat.BATCH_BYTES_MAX && !unsealed.isEmpty();
    if (tooManyBytes || unsealed.size() == AuditFormat.BATCH_RECORDS_MAX) {
      throw AuditException.at(
          where,
          Problem.TOO_LARGE,
          "expected a checkpoint after at most %d records or %d bytes, got none"
              .formatted(AuditFormat.BATCH_RECORDS_MAX, AuditFormat.BATCH_BYTES_MAX));
    }
    unsealed.add(new AuditItem.Entry(where, entry, false));
    position = expected.after(entry.lamport(), line);
    return List.of();
  }

  private List<AuditItem.Entry> seal(
      AuditLocation where, byte[] line, AuditCheckpoint checkpoint, ChainPosition expected) {
    if (node == null || !checkpoint.node().equals(node)) {
      throw AuditException.at(
          where,
          Problem.UNTRUSTED_NODE,
          "expected node " + node + ", whose log this is, got " + checkpoint.node());
    }
    if (checkpoint.lamport() != expected.lamport()) {
      throw AuditException.at(
          where,
          Problem.BAD_LAMPORT,
          "expected %d, of the last record, got %d"
              .formatted(expected.lamport(), checkpoint.lamport()));
    }
    if (!checkpoint.isSigned(engine)) {
      throw AuditException.at(
          where,
          Problem.BAD_SIGNATURE,
          "expected the signature of node " + node + " over this checkpoint, got another");
    }
    List<AuditItem.Entry> sealed =
        unsealed.stream()
            .map(entry -> new AuditItem.Entry(entry.location(), entry.record(), true))
            .toList();
    unsealed.clear();
    unsealedBytes = 0;
    position = expected.afterCheckpoint(line);
    sealedPosition = position;
    return sealed;
  }
}
