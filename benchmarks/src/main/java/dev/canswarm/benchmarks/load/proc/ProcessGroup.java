package dev.canswarm.benchmarks.load.proc;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The processes of a stack: each JVM that was started, and all below it. PostgreSQL and Redis are
 * children of the JVM that started them; the embedded broker is part of it. Not thread-safe.
 */
public final class ProcessGroup {
  /** The name for processes that are neither a JVM of the stack, nor PostgreSQL, nor Redis. */
  static final String OTHER = "other";

  private static final Path PROC = Path.of("/proc");
  private static final long KIB = 1024;

  private final Map<Long, String> roots;

  /**
   * @param roots the JVMs' process ids, with the names to report them under
   */
  public ProcessGroup(Map<Long, String> roots) {
    this.roots = new LinkedHashMap<>(roots);
  }

  /**
   * CPU time and disk writes of the processes since their start, including those that have ended.
   *
   * @param cpuMillis by process name; to within 10 ms for each process
   * @param diskBytes written to block devices, or on their way there; empty if it may not be read
   */
  public record Usage(Map<String, Long> cpuMillis, OptionalLong diskBytes) {
    /** CPU time of all of them. */
    public long totalCpuMillis() {
      return cpuMillis.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Returns CPU time and bytes written up to now. The time of a process that ended is its parent's.
   */
  public Usage usage() {
    Map<String, Long> cpu = new TreeMap<>();
    long disk = 0;
    boolean known = true;
    for (long root : roots.keySet()) {
      for (long pid : pids(root)) {
        Path directory = PROC.resolve(Long.toString(pid));
        ProcStat stat = ProcStat.read(directory.resolve("stat")).orElse(null);
        if (stat == null) {
          continue; // it has ended, and its parent has its time now
        }
        cpu.merge(label(pid, stat.name()), stat.cpuMillis(), Long::sum);
        OptionalLong written = ProcFields.read(directory.resolve("io"), "write_bytes");
        known &= written.isPresent();
        disk += written.orElse(0);
      }
    }
    return new Usage(cpu, known ? OptionalLong.of(disk) : OptionalLong.empty());
  }

  /** The most memory that the JVMs have had resident since they started, summed, in bytes. */
  public OptionalLong rssPeakBytes() {
    return sumOfJvms("VmHWM");
  }

  /** Returns the memory that the JVMs have resident now, summed, in bytes. */
  public OptionalLong rssBytes() {
    return sumOfJvms("VmRSS");
  }

  private OptionalLong sumOfJvms(String field) {
    long sum = 0;
    for (long root : roots.keySet()) {
      Path status = PROC.resolve(Long.toString(root)).resolve("status");
      OptionalLong kibibytes = ProcFields.read(status, field);
      if (kibibytes.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += kibibytes.getAsLong() * KIB;
    }
    return OptionalLong.of(sum);
  }

  private static List<Long> pids(long root) {
    Stream<Long> below =
        ProcessHandle.of(root).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
    return Stream.concat(Stream.of(root), below).distinct().toList();
  }

  private String label(long pid, String name) {
    String root = roots.get(pid);
    if (root != null) {
      return root;
    }
    return switch (name) {
      case "postgres" -> "postgresql";
      case "redis-server" -> "redis";
      default -> OTHER;
    };
  }
}
