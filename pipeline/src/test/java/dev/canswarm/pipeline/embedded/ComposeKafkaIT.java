package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.KafkaSettings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka with the settings of docker-compose.yml, whose commands are run as they are: only ports,
 * directories and the last line of the container's script are others, as no container runs here.
 */
class ComposeKafkaIT {
  private static final long WAIT_SECONDS_MAX = 60;

  private final Path temp;
  private final ComposeFile compose;

  ComposeKafkaIT(@TempDir Path temp) throws Exception {
    this.temp = temp;
    this.compose = new ComposeFile(temp);
  }

  /** What the container's script makes of its variables: the environment in which Kafka starts. */
  private Map<String, String> kafkaVariables() throws Exception {
    String script =
        compose.command("kafka").replace("exec /etc/kafka/docker/run", "env | grep ^KAFKA_");
    Map<String, String> variables = new TreeMap<>();
    for (String line : compose.run(script, compose.environment("kafka"))) {
      int equals = line.indexOf('=');
      variables.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return variables;
  }

  /** As the image does it: three underscores are a hyphen, two are one, one is a full stop. */
  private static String property(String variable) {
    return variable
        .substring("KAFKA_".length())
        .toLowerCase(Locale.ROOT)
        .replace("___", "-")
        .replace("__", "\u0000")
        .replace('_', '.')
        .replace('\u0000', '_');
  }

  private static Map<String, Object> client(KafkaEndpoint kafka) {
    Map<String, Object> client = new HashMap<>(kafka.properties());
    client.put("bootstrap.servers", kafka.bootstrap());
    return client;
  }

  private KafkaEndpoint pipeline(int port) throws Exception {
    KafkaSettings kafka =
        compose
            .settings("kafka-rights", Map.of("SWARM_KAFKA_BOOTSTRAP", "127.0.0.1:" + port))
            .kafka();
    return new KafkaEndpoint(kafka.bootstrap().orElseThrow(), kafka.client());
  }

  private Map<String, Object> config(int internal, int host, int controller) throws Exception {
    Map<String, Object> config = new HashMap<>();
    kafkaVariables()
        .forEach(
            (name, value) ->
                config.put(
                    property(name),
                    value
                        .replaceAll("//(kafka|127\\.0\\.0\\.1)?:9092", "//127.0.0.1:" + internal)
                        .replaceAll("//(127\\.0\\.0\\.1)?:19092", "//127.0.0.1:" + host)
                        .replaceAll("//:9093", "//127.0.0.1:" + controller)
                        .replace("localhost:9093", "127.0.0.1:" + controller)
                        .replace("/var/lib/kafka/data", temp.resolve("logs").toString())));
    // Small, as in the embedded broker: the test's JVM has no 128 MiB to spare.
    config.put("log.cleaner.dedupe.buffer.size", "2097152");
    return config;
  }

  private void format() throws Exception {
    String logs = Files.createDirectory(temp.resolve("logs")).toString();
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Formatter formatter = new Formatter();
      formatter.setPrintStream(nowhere);
      formatter.setNodeId(1);
      formatter.setClusterId(Uuid.randomUuid().toString());
      formatter.setDirectories(List.of(logs));
      formatter.setMetadataLogDirectory(logs);
      formatter.setControllerListenerName("CONTROLLER");
      formatter.run();
    }
  }

  private static void write(KafkaProducer<String, String> producer, String topic) throws Exception {
    producer.send(new ProducerRecord<>(topic, "k", "{}")).get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
  }

  @Test
  void kafkaIsClosedAsTheEmbeddedOneIs() throws Exception {
    compose.makeSecrets();
    int internal = FreePorts.any();
    int host = FreePorts.any();
    int controller = FreePorts.any();
    format();
    KafkaRaftServer server =
        new KafkaRaftServer(
            new KafkaConfig(config(internal, host, controller), false), Time.SYSTEM);
    server.startup();
    try (Admin admin = Admin.create(client(pipeline(internal)))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("swarm.intake", 1, (short) 1),
                  new NewTopic("swarm.finalize", 1, (short) 1)))
          .all()
          .get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
      anyone(host, internal, controller);
    } finally {
      server.shutdown();
      server.awaitShutdown();
    }
  }

  private void anyone(int host, int internal, int controller) throws Exception {
    Map<String, Object> open = client(KafkaEndpoint.open("127.0.0.1:" + host));
    StringSerializer text = new StringSerializer();
    try (Admin admin = Admin.create(open);
        KafkaProducer<String, String> producer = new KafkaProducer<>(open, text, text)) {
      assertThatThrownBy(() -> write(producer, "swarm.intake"))
          .as("before the rights are stored")
          .hasCauseInstanceOf(AuthorizationException.class);
      KafkaRights.store(pipeline(internal));
      write(producer, "swarm.intake");
      assertThatThrownBy(() -> write(producer, "swarm.finalize"))
          .hasCauseInstanceOf(AuthorizationException.class);
      assertThatThrownBy(
              () -> admin.deleteTopics(List.of("swarm.intake")).all().get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(AuthorizationException.class);
    }
    List.of(internal, controller).forEach(ClosedListener::refusesStrangers);
  }
}
