package dev.canswarm.simulation.chaos;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.embedded.FreePorts;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.embedded.StackSecrets;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The processes under test: one {@code up} that owns the servers, and others that join it, all with
 * the same agents, so that they share the partitions. Not thread-safe.
 */
public final class ChaosStack implements AutoCloseable {
  private static final String MAIN = "dev.canswarm.pipeline.Main";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int REDIS_ANSWER_MILLIS_MAX = 5_000;

  private static final String DRAIN = "--shutdown-timeout-ms=5000";

  private final Path data;
  private final Ports ports;
  private final SwarmProcess owner;
  private final List<SwarmProcess> joined = new ArrayList<>();

  /**
   * @param root an empty directory for all files
   * @param environment this process's environment
   * @param settings variables that the processes get of ours
   * @param policy a policy file
   * @param joiners number of processes besides the owner
   */
  public ChaosStack(
      Path root,
      Map<String, String> environment,
      Map<String, String> settings,
      Path policy,
      int joiners)
      throws Exception {
    ports = FreePorts.choose(Ports.anyFree());
    Map<String, String> own = environment(environment, root);
    own.putAll(settings);
    data = root.resolve("up");
    owner =
        new SwarmProcess(
            "up",
            root,
            command(
                "--data=" + data,
                "--kafka-port=" + ports.kafka(),
                "--kafka-sasl-port=" + ports.kafkaSasl(),
                "--postgres-port=" + ports.postgres(),
                "--redis-port=" + ports.redis(),
                "--http-port=0",
                "--policy-file=" + policy,
                DRAIN),
            own);
    for (int number = 1; number <= joiners; number++) {
      String name = "join-" + number;
      joined.add(
          new SwarmProcess(
              name, root, command("--join=" + data, "--data=" + root.resolve(name), DRAIN), own));
    }
  }

  /** A stack of these processes on these ports. */
  ChaosStack(Path data, Ports ports, SwarmProcess owner, List<SwarmProcess> joined) {
    this.data = data;
    this.ports = ports;
    this.owner = owner;
    this.joined.addAll(joined);
  }

  /** Removes this process's settings from the environment of the others. */
  private static Map<String, String> environment(Map<String, String> of, Path root) {
    Map<String, String> own = new TreeMap<>(of);
    own.keySet().removeIf(name -> name.startsWith("SWARM_"));
    own.put("XDG_STATE_HOME", root.resolve("state").toString());
    return own;
  }

  /** Returns this JVM's own command line with another command for the program. */
  private static List<String> command(String... options) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agentlib"))
        .forEach(command::add);
    // It is killed within seconds, before the optimizing compiler pays off.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", classPath(), MAIN, "up"));
    command.addAll(List.of(options));
    return command;
  }

  /** Absolute, because the processes run in another directory, which has no swarm.yaml. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the data directory of the owner. */
  public Path data() {
    return data;
  }

  /** Returns the pipeline's login to Kafka; only once the owner has started. */
  public KafkaEndpoint kafka() {
    return secrets().kafka(KafkaUser.PIPELINE, ports.kafkaSasl());
  }

  String bootstrap() {
    return LOOPBACK + ":" + ports.kafka();
  }

  private StackSecrets secrets() {
    try {
      return StackSecrets.read(data);
    } catch (IOException e) {
      throw new UncheckedIOException("the stack under test has no passwords yet", e);
    }
  }

  /** Returns PostgreSQL's URL with the login; only once the owner has started. */
  public String jdbcUrl() {
    PostgresEndpoint at = secrets().postgres(PostgresRole.OWNER, ports.postgres());
    return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
        .formatted(at.host(), at.port(), at.database(), at.user(), at.password().reveal());
  }

  /** Returns the process that owns the servers. */
  public SwarmProcess owner() {
    return owner;
  }

  List<SwarmProcess> joined() {
    return joined;
  }

  /** Returns the owner and the processes that joined it. */
  List<SwarmProcess> all() {
    List<SwarmProcess> all = new ArrayList<>(joined);
    all.add(0, owner);
    return all;
  }

  /** Returns PostgreSQL's first process. */
  Optional<ProcessHandle> postgres() {
    return server("postgres");
  }

  /** Returns Redis's process. */
  Optional<ProcessHandle> redis() {
    return server("redis-server");
  }

  /**
   * Returns the owner's descendant of that name whose parent is another program: the shell that
   * guards it.
   */
  private Optional<ProcessHandle> server(String program) {
    return owner
        .handle()
        .flatMap(
            up ->
                up.descendants()
                    .filter(
                        process ->
                            runs(process, program)
                                && process.parent().filter(p -> runs(p, program)).isEmpty())
                    .findFirst());
  }

  private static boolean runs(ProcessHandle process, String program) {
    return process
        .info()
        .command()
        .map(path -> Path.of(path).getFileName().toString().startsWith(program))
        .orElse(false);
  }

  /** Whether PostgreSQL and Redis respond now. */
  boolean serversAnswer() {
    try (Connection connection = DriverManager.getConnection(jdbcUrl())) {
      return !connection.isClosed() && redisTakes("PING");
    } catch (SQLException | IOException away) {
      return false;
    }
  }

  /** Deletes all keys in Redis, as a loss of its data would. */
  void flushRedis() throws IOException {
    if (!redisTakes("FLUSHALL")) {
      throw new IOException("Redis did not take FLUSHALL");
    }
  }

  private boolean redisTakes(String command) throws IOException {
    URI operator = URI.create(secrets().redis(RedisUser.OPERATOR, ports.redis()).reveal());
    String login = operator.getUserInfo().replace(':', ' ');
    try (Socket socket = new Socket(InetAddress.getByName(LOOPBACK), ports.redis())) {
      socket.setSoTimeout(REDIS_ANSWER_MILLIS_MAX);
      return redisTakes(socket, "AUTH " + login) && redisTakes(socket, command);
    }
  }

  /** Sends a command whose answer is one line. */
  private static boolean redisTakes(Socket socket, String command) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    InputStream in = socket.getInputStream();
    int first = in.read();
    for (int next = first; next >= 0 && next != '\n'; ) {
      next = in.read();
    }
    return first == '+';
  }

  /** Stops everything: the joined processes by SIGKILL, then the owner and its servers in order. */
  @Override
  public void close() throws InterruptedException {
    for (SwarmProcess process : joined) {
      if (process.alive()) {
        process.kill();
      }
    }
    owner.close();
  }
}
