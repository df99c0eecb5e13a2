package dev.canswarm.benchmarks.ratio;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Whether this JVM's compilers have something to do. What they have done shows only when a method
 * is finished, and one may take seconds on a busy machine; so their queues are looked at too, where
 * the JVM shows them (HotSpot's {@code Compiler.queue}). For one thread.
 */
final class Compilers {
  private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
  private static final String QUEUE = "compilerQueue";
  private static final String NOTHING = "Empty";

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final @Nullable CompilationMXBean times = ManagementFactory.getCompilationMXBean();
  private long compiledMillis = -1;

  /** Whether they have neither done anything since the last call nor anything to do now. */
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
      return saysNothing(String.valueOf(queues));
    } catch (JMException notThisJvm) {
      return true;
    }
  }

  /**
   * Whether a list of queues lists no method.
   *
   * @param queues headers that end in a colon, and below each {@code Empty} or its methods
   */
  static boolean saysNothing(String queues) {
    return queues
        .lines()
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.endsWith(":") || line.equals(NOTHING));
  }
}
