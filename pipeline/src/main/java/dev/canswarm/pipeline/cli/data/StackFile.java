package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.KafkaClientKeys;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import dev.canswarm.pipeline.embedded.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * {@code endpoints.json}: the addresses of a running stack's servers, and the settings that a
 * process which joins must share. Readable by its owner alone, since a URL may hold a password.
 *
 * @param process that wrote it
 * @param postgres {@code postgresql://user:password@host:port/database}
 * @param redis {@code redis://…}
 * @param intake whether plain NEEDs are accepted
 * @param partitions of every topic
 */
public record StackFile(
    Writer process,
    String swarmId,
    Kafka kafka,
    String postgres,
    String redis,
    boolean intake,
    int partitions) {

  /**
   * The process that wrote the file.
   *
   * @param http {@code host:port}; empty without an HTTP server
   */
  public record Writer(long pid, Optional<String> http) {}

  /**
   * The addresses and the login of Kafka.
   *
   * @param open {@code host:port,…}, for programs without a login of ours
   * @param login for the pipeline and the commands, which log in if there is a login
   * @param saslPort the port of the embedded broker for clients that log in; empty if the broker is
   *     not embedded
   */
  public record Kafka(String open, KafkaEndpoint login, OptionalInt saslPort) {}

  /** The file's name in the data directory. */
  public static final String NAME = "endpoints.json";

  /** The policy in force, beside it. */
  public static final String POLICY = "policy.json";

  private static final int PORT_MAX = 65_535;
  private static final int REDIS_PORT_DEFAULT = 6379;

  /**
   * Reads the file of a data directory; empty if there is none.
   *
   * @throws DataException if it cannot be used
   */
  public static Optional<StackFile> read(Path data) throws DataException {
    Path file = data.resolve(NAME);
    try {
      ObjectReader in = new ObjectReader(StrictJson.parseObject(SmallFiles.read(file)), NAME);
      return Optional.of(
          new StackFile(
              new Writer(
                  in.requiredSafeInteger("pid", 1, Long.MAX_VALUE),
                  Optional.ofNullable(in.optionalString("http")).filter(http -> !http.isEmpty())),
              in.requiredString("swarm_id"),
              kafka(in),
              in.requiredString("postgres"),
              in.requiredString("redis"),
              Boolean.TRUE.equals(in.optionalBoolean("intake")),
              (int) in.requiredSafeInteger("partitions", 1, PORT_MAX)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonException | ShapeException e) {
      throw new DataException(
          Problem.BAD_CONTENT,
          file + ": " + e.getMessage() + "; restart the ./swarm up that runs there",
          e);
    } catch (IOException e) {
      throw DataException.unreadable(file, "check who owns it", e);
    }
  }

  private static Kafka kafka(ObjectReader in) throws ShapeException {
    Map<String, Secret> client = new TreeMap<>();
    JsonObject given = in.optionalObject("kafka_client");
    if (given != null) {
      given
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonString text) {
                  client.put(name, new Secret(text.value()));
                }
              });
    }
    Long saslPort = in.optionalSafeInteger("kafka_sasl_port", 1, PORT_MAX);
    return new Kafka(
        in.requiredString("kafka"),
        new KafkaEndpoint(in.requiredString("kafka_login"), client),
        saslPort == null ? OptionalInt.empty() : OptionalInt.of(saslPort.intValue()));
  }

  /** Returns the same servers and agreements, written by another process. */
  public StackFile withProcess(Writer other) {
    return new StackFile(other, swarmId, kafka, postgres, redis, intake, partitions);
  }

  /** Writes it into the data directory, for the process that holds the directory's lock. */
  public void write(Path data) throws DataException {
    JsonObject.Builder client = JsonObject.builder();
    kafka.login().properties().forEach(client::put);
    JsonObject.Builder json =
        JsonObject.builder()
            .put("pid", process.pid())
            .put("swarm_id", swarmId)
            .put("kafka", kafka.open())
            .put("kafka_login", kafka.login().bootstrap())
            .put("kafka_client", client.build())
            .put("postgres", postgres)
            .put("redis", redis)
            .put("intake", new JsonBoolean(intake))
            .put("partitions", partitions)
            .put("http", process.http().orElse(""));
    kafka.saslPort().ifPresent(port -> json.put("kafka_sasl_port", port));
    try {
      SmallFiles.write(data.resolve(NAME), CanonicalJson.write(json.build()));
    } catch (IOException e) {
      throw DataException.unreadable(data.resolve(NAME), "pass another --data", e);
    }
  }

  /** Writes the policy in force beside it, for processes that join and for commands. */
  public static void writePolicy(Path data, byte[] policy) throws DataException {
    try {
      SmallFiles.write(data.resolve(POLICY), policy);
    } catch (IOException e) {
      throw DataException.unreadable(data.resolve(POLICY), "pass another --data", e);
    }
  }

  /** Removes it from the data directory, as far as that can be done. */
  public static void remove(Path data) {
    try {
      Files.deleteIfExists(data.resolve(NAME));
    } catch (IOException left) {
      // Harmless: without the directory's lock, the file is ignored.
    }
  }

  /** The servers' addresses without their logins. */
  public Endpoints endpoints() {
    PostgresEndpoint database =
        PostgresEndpoint.parse(postgres)
            .orElseThrow(() -> new IllegalStateException(NAME + ": not a PostgreSQL URL"));
    URI cache = URI.create(redis);
    return new Endpoints(
        kafka.open(),
        database.host(),
        database.port(),
        String.valueOf(cache.getHost()),
        cache.getPort() < 0 ? REDIS_PORT_DEFAULT : cache.getPort());
  }

  /** Returns the settings of this stack, which take precedence over environment and file. */
  public Map<String, String> settings(Path data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("swarm.id", swarmId);
    settings.put("kafka.bootstrap", kafka.login().bootstrap());
    kafka
        .login()
        .properties()
        .forEach((name, value) -> settings.put(KafkaClientKeys.PREFIX + name, value));
    settings.put("kafka.partitions", Integer.toString(partitions));
    settings.put("postgres.url", postgres);
    settings.put("redis.url", redis);
    // The URLs contain the passwords; those for other servers must not replace them.
    settings.put("postgres.password", "");
    // The process that started the stack migrates its tables.
    settings.put("postgres.owner-url", "");
    settings.put("redis.password", "");
    settings.put("intake.enabled", Boolean.toString(intake));
    // Its own HTTP server has the usual port.
    settings.put("http.port", "0");
    if (Files.exists(data.resolve(POLICY))) {
      settings.put("policy.file", data.resolve(POLICY).toString());
    }
    return settings;
  }
}
