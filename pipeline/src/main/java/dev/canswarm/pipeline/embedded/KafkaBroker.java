package dev.canswarm.pipeline.embedded;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A single Kafka node inside this JVM, which is broker and controller. Thread-safe. */
final class KafkaBroker implements ServerControl, AutoCloseable {

  static final String DIRECTORY = "kafka";

  private static final Logger LOG = LoggerFactory.getLogger(KafkaBroker.class);

  private static final long STOP_MILLIS_MAX = 15_000;

  private final Path logs;
  private final Path logFile;
  private final Ports ports;
  private final StackSettings settings;
  private final StackSecrets secrets;

  /** A disk with less than this cannot take the next segments of all topics. */
  private static final long DISK_BYTES_LOW = 32L << 20;

  /** With fewer files left to open than this the broker fails at any time. */
  private static final long FILES_LOW = 32;

  private final Consumer<String> onFault;
  private final Consumer<String> fault = this::fault;
  private final AutoCloseable log;

  /** Fails if the broker reports a fault during the start; each start creates a new one. */
  private volatile CompletableFuture<Void> starting = new CompletableFuture<>();

  private volatile boolean up;

  /** Set once a stop begins: later faults are only logged, since the broker is stopping anyway. */
  private volatile boolean stopping;

  private @Nullable KafkaRaftServer server;

  private KafkaBroker(
      DataDirectory directory,
      Path logDirectory,
      Ports ports,
      StackSettings settings,
      StackSecrets secrets,
      Consumer<String> onFault) {
    this.logs = directory.resolve(DIRECTORY).resolve("logs");
    this.logFile = logDirectory.resolve("kafka.log");
    this.ports = ports;
    this.secrets = secrets;
    this.settings = settings;
    this.onFault = onFault;
    this.log = BrokerLog.to(logFile);
    BrokerFaults.listen(fault);
  }

  /**
   * Formats the directory if it is new, and starts the broker. Blocks.
   *
   * @param onFault receives the description of a fault from which the running broker cannot recover
   * @throws EmbeddedStackException PORT_TAKEN, NOT_WRITABLE or SERVER_FAILED
   */
  static KafkaBroker start(
      DataDirectory directory,
      Path logDirectory,
      Ports ports,
      StackSettings settings,
      StackSecrets secrets,
      Consumer<String> onFault)
      throws EmbeddedStackException {
    KafkaBroker broker =
        new KafkaBroker(directory, logDirectory, ports, settings, secrets, onFault);
    boolean started = false;
    try {
      broker.format();
      broker.start();
      broker.storeRights();
      started = true;
      return broker;
    } finally {
      if (!started) {
        broker.close();
      }
    }
  }

  private void format() throws EmbeddedStackException {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return; // Kafka writes this file last, so the formatting is complete
    }
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Files.createDirectories(logs);
      Formatter formatter = new Formatter();
      formatter.setPrintStream(nowhere);
      formatter.setNodeId(BrokerConfig.NODE_ID);
      formatter.setClusterId(Uuid.randomUuid().toString());
      formatter.setDirectories(List.of(logs.toString()));
      formatter.setMetadataLogDirectory(logs.toString());
      formatter.setControllerListenerName(BrokerConfig.CONTROLLER_LISTENER);
      formatter.setIgnoreFormatted(true);
      formatter.run();
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE, "cannot write " + logs + " (" + e + "); pass another --data", e);
    } catch (Exception e) {
      throw failed("could not format its directory " + logs, e);
    }
  }

  private void storeRights() throws EmbeddedStackException {
    try {
      KafkaRights.store(secrets.kafka(KafkaUser.BROKER, ports.kafkaSasl()));
    } catch (ExecutionException e) {
      throw failed("did not store the rights of its clients", Objects.requireNonNull(e.getCause()));
    } catch (TimeoutException e) {
      throw failed("did not store the rights of its clients in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted while starting", e);
    }
  }

  private void fault(String detail) {
    if (!starting.completeExceptionally(new IllegalStateException(detail)) && !stopping) {
      onFault.accept(detail + ofDisk() + ofFiles() + "; its log is " + logFile);
    }
  }

  /** The broker reports that it stops, but not that the disk is full. */
  private String ofDisk() {
    try {
      return ofDisk(logs, Files.getFileStore(logs).getUsableSpace());
    } catch (IOException unknown) {
      return "";
    }
  }

  static String ofDisk(Path directory, long usableBytes) {
    return usableBytes < DISK_BYTES_LOW
        ? "; the disk of %s is full, %d KiB are left: free some, then start again"
            .formatted(directory, usableBytes / 1024)
        : "";
  }

  /** Nor does it report that it ran out of file descriptors. */
  private static String ofFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? ofFiles(system.getOpenFileDescriptorCount(), system.getMaxFileDescriptorCount())
        : "";
  }

  static String ofFiles(long open, long most) {
    return most - open < FILES_LOW
        ? "; %d of the %d files that this process may open are open: raise the limit (ulimit -n)"
            .formatted(open, most)
        : "";
  }

  @Override
  public ServerKind kind() {
    return ServerKind.KAFKA;
  }

  @Override
  public int port() {
    return ports.kafka();
  }

  /** Returns the ports of all listeners, the controller's included. */
  List<Integer> ports() {
    return List.of(ports.kafka(), ports.kafkaSasl(), ports.kafkaController());
  }

  /** Returns the port for clients that log in. */
  int saslPort() {
    return ports.kafkaSasl();
  }

  @Override
  public boolean running() {
    return up;
  }

  @Override
  public synchronized void start() throws EmbeddedStackException {
    if (server != null) {
      return;
    }
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    starting = outcome;
    stopping = false;
    KafkaRaftServer fresh;
    try {
      fresh =
          new KafkaRaftServer(
              new KafkaConfig(BrokerConfig.of(logs, ports, settings, secrets), false), Time.SYSTEM);
    } catch (RuntimeException | BrokerFaults.FatalFault e) {
      throw failed("could not be set up", e);
    }
    server = fresh;
    inBackground("swarm-kafka-start", outcome, fresh::startup);
    try {
      outcome.get(settings.startMillisMax(), TimeUnit.MILLISECONDS);
      up = true;
    } catch (ExecutionException e) {
      throw startFailure(Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      throw failed("was not ready within " + settings.startMillisMax() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted while starting", e);
    } finally {
      if (!up) {
        stop();
      }
    }
  }

  private static void inBackground(String name, CompletableFuture<Void> outcome, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
                outcome.complete(null);
              } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private EmbeddedStackException startFailure(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (message.contains("Address already in use") || message.contains("Socket server failed")) {
        if (message.contains(":" + ports.kafkaController())) {
          return FreePorts.taken("kafka-controller", ports.kafkaController(), cause);
        }
        return message.contains(":" + ports.kafkaSasl())
            ? FreePorts.taken("kafka-sasl", ports.kafkaSasl(), cause)
            : FreePorts.taken("kafka", ports.kafka(), cause);
      }
    }
    return failed("did not start", cause);
  }

  private EmbeddedStackException failed(String what, Throwable cause) {
    return new EmbeddedStackException(
        Kind.SERVER_FAILED,
        "kafka %s (%s); its log is %s".formatted(what, cause.getMessage(), logFile),
        cause);
  }

  @Override
  public synchronized void stop() {
    KafkaRaftServer last = server;
    if (last == null) {
      return;
    }
    stopping = true;
    up = false;
    server = null;
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    inBackground(
        "swarm-kafka-stop",
        stopped,
        () -> {
          last.shutdown();
          last.awaitShutdown();
        });
    try {
      stopped.get(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      LOG.warn("kafka did not stop in order; its log is {}", logFile, e.getCause());
    } catch (TimeoutException e) {
      LOG.warn("kafka did not stop within {} ms; its log is {}", STOP_MILLIS_MAX, logFile);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    BrokerFaults.forget(fault);
    try {
      log.close();
    } catch (Exception e) {
      LOG.debug("closing the broker's log", e);
    }
  }
}
