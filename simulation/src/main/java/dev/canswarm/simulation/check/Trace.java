package dev.canswarm.simulation.check;

import dev.canswarm.simulation.time.EventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/**
 * The trace of a run, as a SHA-256 over all its events: two runs with the same digest were the
 * same, to the byte. Keeps the last lines as text on request. Not thread-safe.
 */
public final class Trace {
  private static final int BUFFER_BYTES = 1 << 14;
  private static final int TEXT_BYTES_MAX = 512;
  private static final int HEAD_BYTES = Long.BYTES + 3;

  private final EventLoop loop;
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final int linesMax;

  /**
   * @param linesMax number of last lines to keep as text; 0 for none
   */
  public Trace(EventLoop loop, int linesMax) {
    this.loop = loop;
    this.linesMax = linesMax;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds an event to the history that a violation is reported with. */
  public void note(String what, int node, String subject) {
    byte[] text = (what + ' ' + subject).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, TEXT_BYTES_MAX);
    if (buffer.remaining() < HEAD_BYTES + length) {
      drain();
    }
    buffer.putLong(loop.nowNanos()).put((byte) node).putShort((short) length).put(text, 0, length);
    if (linesMax > 0) {
      if (lines.size() == linesMax) {
        lines.removeFirst();
      }
      lines.addLast(line(what, node, subject));
    }
  }

  private String line(String what, int node, String subject) {
    long millis = loop.nowMillis();
    String who = node < 0 ? "world" : "node " + node;
    return "%6d.%03d s  %-6s  %s %s".formatted(millis / 1000, millis % 1000, who, what, subject);
  }

  private void drain() {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** Ends the trace and returns its digest, lower-case hex. */
  public String digest() {
    drain();
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the last lines, oldest first. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
