package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Plain clients that write one value to each server and read it back. */
final class StackClients {

  private static final TopicPartition PARTITION = new TopicPartition("kept", 0);
  private static final Duration KAFKA_MAX = Duration.ofSeconds(20);
  private static final int JDBC_SECONDS_MAX = 20;

  private final EmbeddedStack stack;

  StackClients(EmbeddedStack stack) {
    this.stack = stack;
  }

  void writeEverywhere(String value) throws Exception {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1))).all().get();
    }
    produce(value);
    sql("CREATE TABLE kept (value text)");
    sql("INSERT INTO kept VALUES ('" + value + "')");
    redisSet("kept", value);
  }

  List<String> readEverywhere() throws SQLException {
    return List.of(consumeFirst(), query("SELECT value FROM kept"), redisGet("kept"));
  }

  Admin admin() {
    return Admin.create(kafka());
  }

  private Map<String, Object> kafka() {
    KafkaEndpoint kafka = stack.kafka(KafkaUser.PIPELINE);
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put("bootstrap.servers", kafka.bootstrap());
    return config;
  }

  void produce(String value) throws Exception {
    Map<String, Object> config = kafka();
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(PARTITION.topic(), "key", value)).get();
    }
  }

  String consumeFirst() {
    Map<String, Object> config = kafka();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      ConsumerRecords<String, String> records = consumer.poll(KAFKA_MAX);
      for (ConsumerRecord<String, String> record : records) {
        return record.value();
      }
      throw new AssertionError("nothing on " + PARTITION + " within " + KAFKA_MAX);
    }
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = jdbc();
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  String query(String select) throws SQLException {
    try (Connection connection = jdbc();
        Statement run = connection.createStatement();
        ResultSet rows = run.executeQuery(select)) {
      rows.next();
      return rows.getString(1);
    }
  }

  Connection jdbc() throws SQLException {
    return jdbc(PostgresRole.SUPERUSER);
  }

  Connection jdbc(PostgresRole role) throws SQLException {
    PostgresEndpoint at = stack.postgres(role);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%d&socketTimeout=%d"
            .formatted(at.host(), at.port(), at.database(), JDBC_SECONDS_MAX, JDBC_SECONDS_MAX),
        at.user(),
        at.password().reveal());
  }

  void redisSet(String key, String value) {
    RedisClient client = redisClient();
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      connection.sync().set(key, value);
    } finally {
      client.shutdown();
    }
  }

  String redisGet(String key) {
    RedisClient client = redisClient();
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection.sync().get(key);
    } finally {
      client.shutdown();
    }
  }

  private RedisClient redisClient() {
    return RedisClient.create(stack.redisUrl(RedisUser.OPERATOR).reveal());
  }
}
