package dev.canswarm.benchmarks.load.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A line of {@code /proc/PID/stat} or {@code /proc/PID/task/TID/stat} (proc(5)).
 *
 * @param name the process's or the thread's, at most 15 bytes of it
 * @param ownTicks CPU time in user and system mode, in ticks of 10 ms
 * @param childrenTicks the same of children that have ended and were waited for
 */
public record ProcStat(String name, long ownTicks, long childrenTicks) {
  /**
   * The rate of clock ticks that Linux shows to programs; it does not depend on the kernel's own.
   */
  public static final long TICKS_PER_SECOND = 100;

  /** Fields after the name, which is in parentheses and may hold anything. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  /**
   * Parses the one line of {@code /proc/PID/stat}.
   *
   * @throws IllegalArgumentException for another form
   */
  public static ProcStat parse(String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    if (open < 0 || close < open || close + 2 > line.length()) {
      throw new IllegalArgumentException("expected a line of /proc/PID/stat, got: " + line);
    }
    String[] fields = line.substring(close + 2).strip().split(" ");
    if (fields.length <= CHILDREN_SYSTEM) {
      throw new IllegalArgumentException("expected a line of /proc/PID/stat, got: " + line);
    }
    return new ProcStat(
        line.substring(open + 1, close),
        Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]),
        Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]));
  }

  /** Reads a file; empty if the process or thread is gone. */
  public static Optional<ProcStat> read(Path file) {
    try {
      return Optional.of(parse(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** CPU time with the ended children's, in milliseconds. */
  public long cpuMillis() {
    return (ownTicks + childrenTicks) * 1000 / TICKS_PER_SECOND;
  }
}
