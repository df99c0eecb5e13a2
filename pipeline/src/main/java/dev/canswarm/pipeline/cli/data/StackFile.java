package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.KafkaClientKeys;
import dev.canswarm.config.PostgresEndpoint;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code endpoints.json}: where the servers of a running stack are, and what a process that joins
 * must have in common with it. Readable by its owner alone, since a URL may hold a password.
 *
 * @param pid of the process that wrote it
 * @param kafka {@code host:port,…}, for programs without a login of ours
 * @param kafkaLogin the same for the pipeline and the commands, who log in if there is a login
 * @param kafkaClient further properties of Kafka's clients, such as those of TLS and SASL
 * @param postgres {@code postgresql://user:password@host:port/database}
 * @param redis {@code redis://…}
 * @param intake whether plain NEEDs are accepted
 * @param partitions of every topic
 */
public record StackFile(
    long pid,
    String swarmId,
    String kafka,
    String kafkaLogin,
    Map<String, String> kafkaClient,
    String postgres,
    String redis,
    boolean intake,
    int partitions) {
  public StackFile {
    kafkaClient = Map.copyOf(kafkaClient);
  }

  /** The file's name in the data directory. */
  public static final String NAME = "endpoints.json";

  /** The policy in force, beside it. */
  public static final String POLICY = "policy.json";

  private static final int PORT_MAX = 65_535;
  private static final int REDIS_PORT_DEFAULT = 6379;

  /**
   * Reads the file of a data directory; empty where there is none.
   *
   * @throws DataException where it cannot be used
   */
  public static Optional<StackFile> read(Path data) throws DataException {
    Path file = data.resolve(NAME);
    try {
      ObjectReader in = new ObjectReader(StrictJson.parseObject(SmallFiles.read(file)), NAME);
      return Optional.of(
          new StackFile(
              in.requiredSafeInteger("pid", 1, Long.MAX_VALUE),
              in.requiredString("swarm_id"),
              in.requiredString("kafka"),
              in.requiredString("kafka_login"),
              texts(in.optionalObject("kafka_client")),
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

  /** The same of another process. */
  public StackFile withPid(long other) {
    return new StackFile(
        other, swarmId, kafka, kafkaLogin, kafkaClient, postgres, redis, intake, partitions);
  }

  private static Map<String, String> texts(@Nullable JsonObject object) {
    Map<String, String> texts = new TreeMap<>();
    if (object != null) {
      object
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonString text) {
                  texts.put(name, text.value());
                }
              });
    }
    return texts;
  }

  /** Writes it into the data directory, for the process that holds the directory's lock. */
  public void write(Path data) throws DataException {
    JsonObject.Builder client = JsonObject.builder();
    kafkaClient.forEach(client::put);
    JsonObject json =
        JsonObject.builder()
            .put("pid", pid)
            .put("swarm_id", swarmId)
            .put("kafka", kafka)
            .put("kafka_login", kafkaLogin)
            .put("kafka_client", client.build())
            .put("postgres", postgres)
            .put("redis", redis)
            .put("intake", new JsonBoolean(intake))
            .put("partitions", partitions)
            .build();
    try {
      SmallFiles.write(data.resolve(NAME), CanonicalJson.write(json));
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
        kafka,
        database.host(),
        database.port(),
        String.valueOf(cache.getHost()),
        cache.getPort() < 0 ? REDIS_PORT_DEFAULT : cache.getPort());
  }

  /** Returns the settings of this stack, which take precedence over environment and file. */
  public Map<String, String> settings(Path data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("swarm.id", swarmId);
    settings.put("kafka.bootstrap", kafkaLogin);
    kafkaClient.forEach((name, value) -> settings.put(KafkaClientKeys.PREFIX + name, value));
    settings.put("kafka.partitions", Integer.toString(partitions));
    settings.put("postgres.url", postgres);
    settings.put("redis.url", redis);
    // The URLs contain the passwords; those for other servers must not replace them.
    settings.put("postgres.password", "");
    // Who started the stack migrates its tables.
    settings.put("postgres.owner-url", "");
    settings.put("redis.password", "");
    settings.put("intake.enabled", Boolean.toString(intake));
    if (Files.exists(data.resolve(POLICY))) {
      settings.put("policy.file", data.resolve(POLICY).toString());
    }
    return settings;
  }
}
