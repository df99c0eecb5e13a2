package dev.canswarm.benchmarks.load.jvm;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Reads from a JVM of this user on this machine through its local JMX connection, and from the log
 * of its collector. For one thread.
 */
public final class JvmProbe implements AutoCloseable {
  private static final String METERS = "dev.canswarm:type=Meters";
  private static final String DIAGNOSTICS = "com.sun.management:type=DiagnosticCommand";
  private static final int STEADY_TRIES_MAX = 20;
  private static final String[] STRINGS = {String[].class.getName()};

  private final JMXConnector connector;
  private final MBeanServerConnection server;
  private final MemoryMXBean memory;
  private final Path gcLog;

  private JvmProbe(JMXConnector connector, MBeanServerConnection server, Path gcLog)
      throws IOException {
    this.connector = connector;
    this.server = server;
    this.memory =
        ManagementFactory.newPlatformMXBeanProxy(
            server, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    this.gcLog = gcLog;
  }

  /**
   * Connects to the management interface of a running JVM.
   *
   * @param gcLog where the JVM writes {@code -Xlog:gc}
   * @throws BenchException ENVIRONMENT if that is not possible
   */
  @SuppressWarnings("BanJNDI") // the other end is a process that this one has started
  public static JvmProbe attach(long pid, Path gcLog) throws BenchException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        JMXConnector connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        return new JvmProbe(connector, connector.getMBeanServerConnection(), gcLog);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | IOException e) {
      throw new BenchException(
          BenchExit.ENVIRONMENT, "cannot attach to the JVM " + pid + ": " + e.getMessage(), e);
    }
  }

  /** The option with which a JVM writes the log that this reads. */
  public static String gcLogOption(Path gcLog) {
    return "-Xlog:gc:file=" + gcLog;
  }

  /**
   * A point in the life of a heap.
   *
   * @param usedBytes in use then, garbage included
   * @param logBytes length of the collector's log then
   */
  public record Mark(long usedBytes, long logBytes) {}

  /** Returns the heap use and the log's length, if possible without a collection in between. */
  public Mark mark() throws BenchException {
    try {
      long length = Files.size(gcLog);
      for (int tries = 0; ; tries++) {
        long used = memory.getHeapMemoryUsage().getUsed();
        long after = Files.size(gcLog);
        // A collection in between belongs to either side, but to the same one in both numbers.
        if (after == length || tries >= STEADY_TRIES_MAX) {
          return new Mark(used, after);
        }
        length = after;
      }
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** The collections between two points. */
  public GcLog between(Mark from, Mark to) throws BenchException {
    try {
      byte[] log = Files.readAllBytes(gcLog);
      int start = Math.toIntExact(from.logBytes());
      int length = Math.toIntExact(to.logBytes()) - start;
      return GcLog.parse(new String(log, start, length, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Bytes allocated between two points. */
  public long allocatedBytes(Mark from, Mark to) throws BenchException {
    return to.usedBytes() - from.usedBytes() + between(from, to).freedBytes();
  }

  /** Returns the heap bytes in use, garbage included. */
  public long usedBytes() {
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** Runs a full garbage collection, and returns the heap bytes in use afterwards. */
  public long liveBytes() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** The pipeline's own meters by name; empty if it has none. */
  public Map<String, Double> meters() throws BenchException {
    try {
      TabularData table = (TabularData) server.getAttribute(new ObjectName(METERS), "Values");
      Map<String, Double> values = new HashMap<>();
      for (Object row : table.values()) {
        CompositeData pair = (CompositeData) row;
        values.put((String) pair.get("key"), (Double) pair.get("value"));
      }
      return values;
    } catch (InstanceNotFoundException none) {
      return Map.of();
    } catch (JMException | IOException e) {
      throw lost(e);
    }
  }

  /** Begins a flight recording with the JDK's settings for profiling. */
  public void startRecording() throws BenchException {
    diagnose("jfrStart", "name=bench", "settings=profile");
  }

  /** Ends it and writes it to a file. */
  public void stopRecording(Path file) throws BenchException {
    diagnose("jfrStop", "name=bench", "filename=" + file);
  }

  private void diagnose(String operation, String... arguments) throws BenchException {
    try {
      server.invoke(new ObjectName(DIAGNOSTICS), operation, new Object[] {arguments}, STRINGS);
    } catch (JMException | IOException e) {
      throw lost(e);
    }
  }

  private static BenchException lost(Exception e) {
    return new BenchException(
        BenchExit.ENVIRONMENT, "the pipeline's JVM does not answer: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException gone) {
      // The JVM has ended first, and the connection with it.
    }
  }
}
