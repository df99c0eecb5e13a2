package dev.canswarm.benchmarks.ratio;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether the JIT compilers of this JVM are active. The total compile time changes only
 * when a method is finished, which may take seconds on a busy machine. Therefore this also checks
 * the compile queues if the JVM shows them (HotSpot's {@code Compiler.queue}). Not thread-safe.
 */
final class JitActivity {
  private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
  private static final String QUEUE = "compilerQueue";
  private static final String NOTHING = "Empty";

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final @Nullable CompilationMXBean times = ManagementFactory.getCompilationMXBean();
  private long compiledMillis = -1;

  /** Whether the compilers have finished nothing since the last call and have nothing to do now. */
  boolean idle() {
    long compiled = compiledMillis();
    boolean since = compiled == compiledMillis;
    compiledMillis = compiled;
    return since && queuesAreEmpty();
  }

  private long compiledMillis() {
    return times != null && times.isCompilationTimeMonitoringSupported()
        ? times.getTotalCompilationTime()
        : 0;
  }

  private boolean queuesAreEmpty() {
    try {
      Object queues = server.invoke(new ObjectName(COMMANDS), QUEUE, null, null);
      return listsNoMethod(String.valueOf(queues));
    } catch (JMException notThisJvm) {
      return true;
    }
  }

  /**
   * Whether a listing of compile queues contains no method.
   *
   * @param queues headers that end in a colon, each followed by {@code Empty} or by methods
   */
  static boolean listsNoMethod(String queues) {
    return queues
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.endsWith(":") || line.equals(NOTHING));
  }
}
