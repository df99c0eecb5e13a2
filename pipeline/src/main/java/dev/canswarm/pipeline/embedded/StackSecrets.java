package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.crypto.KeyGenerator;
import org.apache.kafka.common.security.plain.PlainLoginModule;

/**
 * The passwords of a data directory's servers. Each is random and in a file of its own under {@code
 * secrets}, readable by its owner alone. A missing one is made at the next start, which also sets
 * the server. Immutable.
 */
public final class StackSecrets {
  /** The directory in the data directory. */
  static final String DIRECTORY = "secrets";

  /** How Kafka's clients log in. The passwords pass the loopback interface in clear text. */
  static final String KAFKA_MECHANISM = "PLAIN";

  private static final String HOST = "127.0.0.1";
  private static final int RANDOM_BITS = 192;
  private static final int TEXT_CHARS_MAX = 256;

  private final Map<PostgresRole, Secret> postgres;
  private final Map<RedisUser, Secret> redis;
  private final Map<KafkaUser, Secret> kafka;

  private StackSecrets(
      Map<PostgresRole, Secret> postgres,
      Map<RedisUser, Secret> redis,
      Map<KafkaUser, Secret> kafka) {
    this.postgres = postgres;
    this.redis = redis;
    this.kafka = kafka;
  }

  /**
   * Reads the passwords, after making those that are missing.
   *
   * @throws EmbeddedStackException NOT_WRITABLE
   */
  static StackSecrets ensure(DataDirectory directory) throws EmbeddedStackException {
    Path secrets = directory.resolve(DIRECTORY);
    try {
      OwnerOnly.createDirectory(secrets);
      OwnerOnly.close(secrets);
      KeyGenerator random = KeyGenerator.getInstance("HmacSHA256");
      random.init(RANDOM_BITS);
      for (PostgresRole role : PostgresRole.values()) {
        make(secrets.resolve(name(role)), random);
      }
      for (RedisUser user : RedisUser.values()) {
        make(secrets.resolve(name(user)), random);
      }
      for (KafkaUser user : KafkaUser.values()) {
        make(secrets.resolve(name(user)), random);
      }
      return read(directory.root());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE, "cannot make passwords in " + secrets + " (" + e + ")", e);
    }
  }

  private static void make(Path file, KeyGenerator random) throws IOException {
    if (!Files.exists(file)) {
      byte[] bytes = random.generateKey().getEncoded();
      OwnerOnly.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
    }
  }

  /**
   * Reads the passwords of a data directory on which a stack has run.
   *
   * @throws IOException if one is missing, too long, or has characters that none of ours has
   */
  public static StackSecrets read(Path dataDir) throws IOException {
    Path secrets = dataDir.resolve(DIRECTORY);
    Map<PostgresRole, Secret> postgres = new EnumMap<>(PostgresRole.class);
    for (PostgresRole role : PostgresRole.values()) {
      postgres.put(role, secret(secrets.resolve(name(role))));
    }
    Map<RedisUser, Secret> redis = new EnumMap<>(RedisUser.class);
    for (RedisUser user : RedisUser.values()) {
      redis.put(user, secret(secrets.resolve(name(user))));
    }
    Map<KafkaUser, Secret> kafka = new EnumMap<>(KafkaUser.class);
    for (KafkaUser user : KafkaUser.values()) {
      kafka.put(user, secret(secrets.resolve(name(user))));
    }
    return new StackSecrets(postgres, redis, kafka);
  }

  private static Secret secret(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    // They become part of SQL and of configuration files, so nothing that would need quoting.
    if (text.length() > TEXT_CHARS_MAX || !text.matches("[A-Za-z0-9_-]+")) {
      throw new IOException(
          file
              + ": expected 1 to "
              + TEXT_CHARS_MAX
              + " of A-Z a-z 0-9 _ -; remove the file and start again, which makes a new one");
    }
    return new Secret(text);
  }

  private static String name(PostgresRole role) {
    return "postgres-" + role.user().replace('_', '-');
  }

  private static String name(RedisUser user) {
    return "redis-" + user.user();
  }

  private static String name(KafkaUser user) {
    return "kafka-" + user.user();
  }

  private Secret of(KafkaUser user) {
    Secret password = kafka.get(user);
    if (password == null) {
      throw new IllegalStateException("no password of " + user.user());
    }
    return password;
  }

  /**
   * Returns where and how to log in to Kafka.
   *
   * @param saslPort the broker's port for clients that log in
   */
  public KafkaEndpoint kafka(KafkaUser user, int saslPort) {
    return new KafkaEndpoint(
        HOST + ":" + saslPort,
        Map.of(
            "security.protocol", new Secret("SASL_PLAINTEXT"),
            "sasl.mechanism", new Secret(KAFKA_MECHANISM),
            "sasl.jaas.config", new Secret(kafkaLogins(user, List.of()))));
  }

  /**
   * Returns the JAAS configuration of a client, or of a listener.
   *
   * @param self who it logs in as
   * @param accepted whom a listener accepts
   */
  String kafkaLogins(KafkaUser self, List<KafkaUser> accepted) {
    StringBuilder jaas = new StringBuilder(PlainLoginModule.class.getName());
    jaas.append(" required username=\"")
        .append(self.user())
        .append("\" password=\"")
        .append(of(self).reveal())
        .append('"');
    for (KafkaUser user : accepted) {
      jaas.append(" user_").append(user.user()).append("=\"").append(of(user).reveal()).append('"');
    }
    return jaas.append(';').toString();
  }

  /** Returns the password of a user of Redis. */
  Secret of(RedisUser user) {
    Secret password = redis.get(user);
    if (password == null) {
      throw new IllegalStateException("no password of " + user.user());
    }
    return password;
  }

  /** Returns the URL of Redis with the login. */
  public Secret redis(RedisUser user, int port) {
    return new Secret("redis://" + user.user() + ":" + of(user).reveal() + "@" + HOST + ":" + port);
  }

  /** Returns the password of a role. */
  Secret of(PostgresRole role) {
    Secret password = postgres.get(role);
    if (password == null) {
      throw new IllegalStateException("no password of " + role.user());
    }
    return password;
  }

  /** Returns where and how to log in to PostgreSQL. */
  public PostgresEndpoint postgres(PostgresRole role, int port) {
    return new PostgresEndpoint(role.user(), of(role), HOST, port, EmbeddedStack.POSTGRES_DATABASE);
  }
}
