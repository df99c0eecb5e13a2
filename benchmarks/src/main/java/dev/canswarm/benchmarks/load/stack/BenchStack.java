package dev.canswarm.benchmarks.load.stack;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import dev.canswarm.benchmarks.load.jvm.JvmProbe;
import dev.canswarm.benchmarks.load.proc.ProcessGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The stack under test in a directory of its own: one {@code ./swarm up} that owns the servers, and
 * others that joined it. It is stopped when this process ends in any way. For one thread.
 */
public final class BenchStack implements AutoCloseable {
  private static final String PREFIX = "can-swarm-bench-";

  /** Of a data directory's {@code log/swarm.log} below the root. */
  private static final int LOG_DEPTH = 3;

  private static final long PIN_MILLIS_MAX = 10_000;

  /**
   * The configuration.
   *
   * @param processes at least 1
   * @param pin whether each JVM is kept on one core
   * @param keep whether the directory is left
   */
  public record Shape(
      int processes, boolean pin, boolean keep, List<String> javaOptions, List<String> upOptions) {
    public Shape {
      javaOptions = List.copyOf(javaOptions);
      upOptions = List.copyOf(upOptions);
    }
  }

  private final Launch launch;
  private final Shape shape;
  private final Path root;
  private final List<UpProcess> processes = new ArrayList<>();
  private final List<JvmProbe> probes = new ArrayList<>();
  private final Thread hook;
  private String bootstrap = "";
  private Optional<String> http = Optional.empty();

  private BenchStack(Launch launch, Shape shape, Path root) {
    this.launch = launch;
    this.shape = shape;
    this.root = root;
    this.hook = new Thread(this::stopProcesses, "bench-shutdown");
  }

  /**
   * Starts all of it, and returns when every process takes messages.
   *
   * @throws BenchException ENVIRONMENT if that fails
   */
  public static BenchStack start(Launch launch, Shape shape)
      throws BenchException, InterruptedException {
    try {
      var stack = new BenchStack(launch, shape, Files.createTempDirectory(PREFIX));
      Runtime.getRuntime().addShutdownHook(stack.hook);
      boolean started = false;
      try {
        stack.startProcesses();
        started = true;
        return stack;
      } finally {
        if (!started) {
          stack.close();
        }
      }
    } catch (IOException e) {
      throw new BenchException(
          BenchExit.ENVIRONMENT, "the stack cannot be started: " + e.getMessage(), e);
    }
  }

  private void startProcesses() throws IOException, BenchException, InterruptedException {
    for (int number = 1; number <= shape.processes(); number++) {
      List<String> arguments = new ArrayList<>(List.of("up", "--data=" + data(number)));
      arguments.addAll(
          number == 1
              ? List.of("--kafka-port=0", "--postgres-port=0", "--redis-port=0", "--http-port=0")
              : List.of("--join=" + data(1)));
      arguments.addAll(shape.upOptions());
      List<String> options = new ArrayList<>(shape.javaOptions());
      options.add(JvmProbe.gcLogOption(gcLog(number)));
      if (shape.pin()) {
        options.add("-XX:ActiveProcessorCount=1");
      }
      UpProcess process =
          UpProcess.start(
              name(number),
              root,
              launch.command(options, arguments),
              launch.childEnvironment(options, root.resolve("state")));
      processes.add(process);
      ReadyLine ready = process.awaitReady();
      if (number == 1) {
        bootstrap = ready.kafka();
        http = ready.http();
      }
      if (shape.pin()) {
        pin(process.pid(), number - 1);
      }
      probes.add(JvmProbe.attach(process.pid(), gcLog(number)));
    }
  }

  /** The servers, which are child processes, may run on any core. */
  private static void pin(long pid, int core)
      throws IOException, BenchException, InterruptedException {
    Process taskset =
        new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(core), Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!taskset.waitFor(PIN_MILLIS_MAX, TimeUnit.MILLISECONDS) || taskset.exitValue() != 0) {
      throw new BenchException(BenchExit.ENVIRONMENT, "taskset cannot keep a process on a core");
    }
  }

  private static String name(int number) {
    return number == 1 ? "pipeline" : "pipeline-" + number;
  }

  private Path data(int number) {
    return root.resolve("data-" + number);
  }

  private Path gcLog(int number) {
    return root.resolve("gc-" + number + ".log");
  }

  /** The directory with everything in it. */
  public Path root() {
    return root;
  }

  /** The data directory with the servers, the trust file and the keys. */
  public Path data() {
    return data(1);
  }

  /** Where every process's audit log is. */
  public List<Path> auditLogs() {
    return Stream.iterate(1, number -> number <= shape.processes(), number -> number + 1)
        .map(number -> data(number).resolve("audit"))
        .toList();
  }

  public String bootstrap() {
    return bootstrap;
  }

  /** Where the process with the servers answers HTTP, {@code host:port}; empty if it does not. */
  public Optional<String> http() {
    return http;
  }

  /** One for each JVM, in the order of the processes. */
  public List<JvmProbe> probes() {
    return List.copyOf(probes);
  }

  /** Returns the heap bytes in use of all JVMs, garbage included. */
  public long heapUsedBytes() {
    return probes().stream().mapToLong(JvmProbe::usedBytes).sum();
  }

  /** The JVMs' process ids with the names to report them under. */
  public Map<Long, String> jvms() {
    Map<Long, String> jvms = new LinkedHashMap<>();
    processes.forEach(process -> jvms.put(process.pid(), process.name()));
    return jvms;
  }

  /** All of its processes, and what is below them. */
  public ProcessGroup processGroup() {
    return new ProcessGroup(jvms());
  }

  /**
   * Checks that every process still runs.
   *
   * @throws BenchException ENVIRONMENT, with how the process ended
   */
  public void checkAlive() throws BenchException {
    for (UpProcess process : processes) {
      if (!process.alive()) {
        throw new BenchException(
            BenchExit.ENVIRONMENT, process.name() + " ended during the run: " + process.end());
      }
    }
  }

  /** Whether a process has said that it had no memory left. */
  public boolean outOfMemory() {
    try (Stream<Path> files = Files.walk(root, LOG_DEPTH)) {
      for (Path file : files.filter(BenchStack::isLog).toList()) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
          if (lines.anyMatch(line -> line.contains("OutOfMemoryError"))) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("the logs cannot be read", e);
    }
  }

  private static boolean isLog(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".err") || name.startsWith("swarm.log");
  }

  private void stopProcesses() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }

  @Override
  public void close() {
    probes.forEach(JvmProbe::close);
    stopProcesses();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook does the same.
    }
    if (!shape.keep()) {
      delete();
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      // It is in the system's directory for temporary files.
    }
  }
}
