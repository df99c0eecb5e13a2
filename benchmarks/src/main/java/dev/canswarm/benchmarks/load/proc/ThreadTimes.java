package dev.canswarm.benchmarks.load.proc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * CPU time of every thread of a process.
 *
 * @param threads by thread id
 */
public record ThreadTimes(Map<String, ProcStat> threads) {
  private static final Pattern NUMBER = Pattern.compile("[-_# ]*\\d.*$");
  private static final long MILLIS_PER_TICK = 1000 / ProcStat.TICKS_PER_SECOND;

  public ThreadTimes {
    threads = Map.copyOf(threads);
  }

  /** Reads the threads that there are now; none where the process is gone. */
  public static ThreadTimes of(long pid) {
    Map<String, ProcStat> threads = new HashMap<>();
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    try (DirectoryStream<Path> found = Files.newDirectoryStream(tasks)) {
      for (Path task : found) {
        Optional<ProcStat> stat = ProcStat.read(task.resolve("stat"));
        if (stat.isPresent()) {
          threads.put(task.getFileName().toString(), stat.get());
        }
      }
    } catch (IOException gone) {
      return new ThreadTimes(Map.of());
    }
    return new ThreadTimes(threads);
  }

  /**
   * CPU milliseconds by thread group since an earlier sample. A group is a thread's name without
   * its number. Threads that have ended in between are not in it.
   */
  public Map<String, Long> millisSince(ThreadTimes earlier) {
    Map<String, Long> groups = new TreeMap<>();
    threads.forEach(
        (id, stat) -> {
          ProcStat before = earlier.threads.get(id);
          long ticks = stat.ownTicks() - (before == null ? 0 : before.ownTicks());
          groups.merge(group(stat.name()), ticks * MILLIS_PER_TICK, Long::sum);
        });
    return groups;
  }

  static String group(String name) {
    String group = NUMBER.matcher(name).replaceFirst("");
    return group.isEmpty() ? name : group;
  }
}
