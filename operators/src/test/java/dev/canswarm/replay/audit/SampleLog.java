package dev.canswarm.replay.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.ForwardingEngine;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Makes and reads small logs in memory. */
final class SampleLog {
  static final SignatureEngine ENGINE = remembering(Engines.fastest().engine());
  static final SigningKey KEY = keyOf(1);
  static final String FILE = "000000000001.jsonl";

  final List<byte[]> lines = new ArrayList<>();
  private ChainPosition position = ChainPosition.genesis(KEY.publicKey());

  static SigningKey keyOf(int number) {
    byte[] seed = new byte[SignatureEngine.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return ENGINE.signingKey(seed);
  }

  /** Three batches: 2, 1 and 3 records, all closed by checkpoints. */
  static SampleLog ofThreeBatches() {
    return new SampleLog()
        .add("{\"a\":\"grün\",\"lamport\":7}", "")
        .add("no JSON", "MALFORMED_JSON")
        .seal()
        .add("{\"b\":[1,2.5,{}]}", "")
        .seal()
        .add("{}", "")
        .add("{\"c\":\"\\u0001\uD83D\uDE00\"}", "")
        .add("", "")
        .seal();
  }

  /** Checks equal signatures once: these tests read the same checkpoints thousands of times. */
  private static SignatureEngine remembering(SignatureEngine engine) {
    var known = new ConcurrentHashMap<String, Boolean>();
    return new ForwardingEngine(engine) {
      @Override
      public boolean verify(
          PublicKey key, byte[] message, int offset, int length, byte[] signature) {
        return known.computeIfAbsent(
            Sha256.hex(key.toBytes(), Sha256.hash(message, offset, length), signature),
            unknown -> super.verify(key, message, offset, length, signature));
      }
    };
  }

  SampleLog add(String content, String note) {
    byte[] bytes = content.getBytes(UTF_8);
    var event = new AuditEvent(Direction.DELIVERED, "swarm.need", 1, 2, bytes, note);
    long lamport = position.lamport() + 2;
    byte[] line =
        AuditFormat.record(
            position, lamport, 1_700_000_000_000_000_001L, event, AuditContent.of(bytes));
    position = position.after(lamport, line);
    lines.add(line);
    return this;
  }

  SampleLog seal() {
    byte[] line = AuditFormat.checkpoint(position, 1_700_000_000_000_000_002L, KEY);
    position = position.afterCheckpoint(line);
    lines.add(line);
    return this;
  }

  byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    lines.forEach(
        line -> {
          bytes.writeBytes(line);
          bytes.write('\n');
        });
    return bytes.toByteArray();
  }

  static List<AuditItem> read(byte[] segment) {
    return read(segment, Math.max(1, segment.length));
  }

  /** Reads a log of one segment, in pieces. */
  static List<AuditItem> read(byte[] segment, int pieceBytes) {
    var verifier = new AuditVerifier(ENGINE, List.of(keyOf(2).publicKey(), KEY.publicKey()));
    var reader = new SegmentReader(FILE, verifier);
    var items = new ArrayList<AuditItem>();
    for (int at = 0; at < segment.length; at += pieceBytes) {
      int length = Math.min(pieceBytes, segment.length - at);
      items.addAll(reader.feed(Arrays.copyOfRange(segment, at, at + length), length));
    }
    AuditItem torn = reader.end(true);
    items.addAll(verifier.end());
    if (torn != null) {
      items.add(torn);
    }
    return items;
  }
}
