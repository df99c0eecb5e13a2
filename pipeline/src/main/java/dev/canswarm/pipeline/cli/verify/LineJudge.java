package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditCheckpoint;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.AuditLine;
import dev.canswarm.replay.audit.AuditRecord;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies lines independently of each other: envelopes and lines of an audit log. {@code ./swarm
 * replay} checks what takes several lines: parents, Lamport order, the log's chain. Not
 * thread-safe.
 */
final class LineJudge {
  /** Prefixes of a record and a checkpoint of an audit log; no envelope has them. */
  private static final byte[] RECORD_START = "{\"dir\":".getBytes(US_ASCII);

  private static final byte[] CHECKPOINT_START = "{\"checkpoint\":".getBytes(US_ASCII);

  /** Records of these directions hold an envelope. */
  private static final Set<Direction> ENVELOPES =
      Set.of(Direction.PUBLISHED, Direction.DELIVERED, Direction.SUPERSEDED);

  private static final String SWARM_AT_FIRST = "can-swarm";

  private final SignatureEngine engine;
  private final boolean anySwarm;
  private final Optional<KeyHistory> keys;

  /** The codec of the last envelope's swarm, if any swarm is accepted. */
  private EnvelopeCodec codec;

  /**
   * @param swarmId the expected swarm; empty accepts any
   * @param keys which may say what; empty accepts any key
   */
  LineJudge(SignatureEngine engine, Optional<String> swarmId, Optional<KeyHistory> keys) {
    this.engine = engine;
    this.anySwarm = swarmId.isEmpty();
    this.keys = keys;
    this.codec = codec(swarmId.orElse(SWARM_AT_FIRST));
  }

  /** Returns the most bytes of a valid line. */
  static int lineBytesMax() {
    return AuditFormat.LINE_BYTES_MAX;
  }

  LineVerdict judge(BoundedLines.Line line) {
    if (line.tooLong()) {
      return new LineVerdict.Bad(
          Reason.TOO_LARGE,
          "line: expected at most %d bytes, got %d".formatted(lineBytesMax(), line.length()));
    }
    byte[] bytes = line.bytes();
    return startsWith(bytes, RECORD_START) || startsWith(bytes, CHECKPOINT_START)
        ? auditLine(bytes)
        : envelope(bytes, "");
  }

  /**
   * Adds what a line says of keys, if its sender signed it. Signatures of other lines are not
   * checked.
   */
  void scan(BoundedLines.Line line, ChainScan scan) {
    byte[] bytes = line.bytes();
    boolean isTaken = true;
    try {
      if (startsWith(bytes, RECORD_START)) {
        if (!(AuditFormat.parse(bytes) instanceof AuditRecord audited)
            || !ENVELOPES.contains(audited.event().direction())) {
          return;
        }
        bytes = audited.event().content();
        isTaken = audited.event().direction() != Direction.SUPERSEDED;
      }
      Envelope envelope = read(bytes);
      if (ChainScan.VERBS.contains(envelope.verb())) {
        codec.verify(envelope);
        scan.add(envelope, isTaken);
      }
    } catch (JsonException | ShapeException | RefusedException judgedLater) {
      // The line itself is reported when it is judged.
    }
  }

  private LineVerdict auditLine(byte[] bytes) {
    AuditLine line;
    try {
      line = AuditFormat.parse(bytes);
    } catch (JsonException e) {
      return new LineVerdict.Bad(Reason.MALFORMED_JSON, "audit line: " + e.getMessage());
    } catch (ShapeException e) {
      return new LineVerdict.Bad(Reason.BAD_SHAPE, "audit line: " + e.getMessage());
    }
    if (line instanceof AuditCheckpoint checkpoint) {
      return checkpoint.isSigned(engine)
          ? new LineVerdict.Checkpoint(checkpoint.node().base64(), checkpoint.n())
          : new LineVerdict.Bad(
              Reason.BAD_SIGNATURE,
              "checkpoint: expected the signature of %s, got one that does not verify"
                  .formatted(checkpoint.node()));
    }
    AuditRecord audited = (AuditRecord) line;
    return switch (audited.event().direction()) {
      case PUBLISHED, DELIVERED, SUPERSEDED ->
          envelope(audited.event().content(), audited.event().direction().name());
      case DEAD_LETTERED, ATTEMPT_ENDED, RAW_PUBLISHED, RAW_DELIVERED ->
          new LineVerdict.Skipped(
              (audited.event().direction() + " " + audited.event().note()).strip());
    };
  }

  private LineVerdict envelope(byte[] bytes, String audited) {
    try {
      Envelope envelope = read(bytes);
      codec.verify(envelope);
      if (keys.isPresent()) {
        keys.get().check(envelope, !audited.equals(Direction.SUPERSEDED.name()));
      }
      return new LineVerdict.Good(envelope, Arrays.equals(bytes, envelope.bytes()), audited);
    } catch (RefusedException refused) {
      return new LineVerdict.Bad(refused.reason(), refused.detail());
    }
  }

  /** Returns an envelope whose signature is not checked yet. */
  private Envelope read(byte[] bytes) {
    try {
      return codec.decode(bytes);
    } catch (RefusedException refused) {
      if (!anySwarm || refused.reason() != Reason.WRONG_SWARM) {
        throw refused;
      }
    }
    codec = codec(swarmOf(bytes));
    return codec.decode(bytes);
  }

  /** Returns the swarm's name in an envelope that has passed the other checks. */
  private static String swarmOf(byte[] bytes) {
    var limits = new JsonLimits(EnvelopeLimits.DEFAULT_BYTES_MAX, EnvelopeLimits.DEFAULT_DEPTH_MAX);
    String name =
        StrictJson.parseObject(bytes, limits).get("swarm_id") instanceof JsonString text
            ? text.value()
            : "";
    if (!EnvelopeIds.isThreadId(name)) {
      throw new RefusedException(
          Reason.WRONG_SWARM, "swarm_id: expected 1 to 128 of A-Z a-z 0-9 . _ : -, got another");
    }
    return name;
  }

  private EnvelopeCodec codec(String swarmId) {
    return new EnvelopeCodec(swarmId, engine, EnvelopeLimits.DEFAULT);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
