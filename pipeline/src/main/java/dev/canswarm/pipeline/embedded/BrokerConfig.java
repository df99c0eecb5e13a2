package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/** The configuration of the single KRaft node, which is broker and controller. */
final class BrokerConfig {

  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final int CLEANER_BUFFER_BYTES = 4 * 1024 * 1024;

  /** Has room for the entries of 170 MB of records; a larger segment is rolled. */
  private static final int INDEX_BYTES_MAX = 512 * 1024;

  private static final int SESSION_MILLIS = 3_000;
  private static final int HEARTBEAT_MILLIS = 500;
  private static final int GROUP_SESSION_MILLIS_MIN = 1_000;

  /** The listener for clients without a login. */
  private static final String OPEN_LISTENER = "OPEN";

  /** The listener for clients that log in, and for the broker itself. */
  private static final String SASL_LISTENER = "SASL";

  /**
   * The longest transaction: one that a client leaves open keeps readers of committed records from
   * going on.
   */
  private static final int TRANSACTION_MILLIS_MAX = 60_000;

  private BrokerConfig() {}

  static Map<String, Object> of(
      Path logs, Ports ports, StackSettings settings, StackSecrets secrets) {
    int controllerPort = ports.kafkaController();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(NODE_ID));
    config.put(
        "listeners",
        clientListeners(ports)
            + ",%s://127.0.0.1:%d".formatted(CONTROLLER_LISTENER, controllerPort));
    config.put("advertised.listeners", clientListeners(ports));
    config.put(
        "listener.security.protocol.map",
        "%s:PLAINTEXT,%s:SASL_PLAINTEXT,%s:SASL_PLAINTEXT"
            .formatted(OPEN_LISTENER, SASL_LISTENER, CONTROLLER_LISTENER));
    config.put("controller.listener.names", CONTROLLER_LISTENER);
    config.put("inter.broker.listener.name", SASL_LISTENER);
    config.put("sasl.enabled.mechanisms", StackSecrets.KAFKA_MECHANISM);
    config.put("sasl.mechanism.inter.broker.protocol", StackSecrets.KAFKA_MECHANISM);
    config.put("sasl.mechanism.controller.protocol", StackSecrets.KAFKA_MECHANISM);
    config.put(
        "listener.name.sasl.plain.sasl.jaas.config",
        secrets.kafkaLogins(KafkaUser.BROKER, List.of(KafkaUser.values())));
    config.put(
        "listener.name.controller.plain.sasl.jaas.config",
        secrets.kafkaLogins(KafkaUser.BROKER, List.of(KafkaUser.BROKER)));
    config.put("authorizer.class.name", StandardAuthorizer.class.getName());
    config.put("allow.everyone.if.no.acl.found", "false");
    config.put(
        "super.users", "User:" + KafkaUser.BROKER.user() + ";User:" + KafkaUser.PIPELINE.user());
    config.put("transaction.max.timeout.ms", Integer.toString(TRANSACTION_MILLIS_MAX));
    // A static voter is not written to the log, so the port may differ at the next start.
    config.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    config.put("log.dirs", logs.toString());
    config.put("auto.create.topics.enable", "false");
    config.put("message.max.bytes", Integer.toString(settings.messageBytesMax()));
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("group.initial.rebalance.delay.ms", "0");
    // The broker refuses members with a shorter session timeout than this, which is 6 s by default;
    // the setting allows less.
    config.put("group.min.session.timeout.ms", Integer.toString(GROUP_SESSION_MILLIS_MIN));
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("num.recovery.threads.per.data.dir", "2");
    // The log cleaner uses 128 MiB of heap for compacted topics by default; ours are small.
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BUFFER_BYTES));
    // Index files are sparse and mapped to memory, 10 MiB each by default. The first entry in one
    // makes the kernel read ahead, which fills as much memory with zeros as the device's read-ahead
    // allows, for two files of every partition.
    config.put("log.index.size.max.bytes", Integer.toString(INDEX_BYTES_MAX));
    // After a kill, the node waits until its old registration has expired, by default 9 s.
    config.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
    config.put("broker.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS));
    return config;
  }

  private static String clientListeners(Ports ports) {
    return "%s://127.0.0.1:%d,%s://127.0.0.1:%d"
        .formatted(OPEN_LISTENER, ports.kafka(), SASL_LISTENER, ports.kafkaSasl());
  }
}
