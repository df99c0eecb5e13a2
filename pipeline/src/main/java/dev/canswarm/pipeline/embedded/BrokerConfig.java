package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The configuration of the single KRaft node, which is broker and controller. */
final class BrokerConfig {

  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final int CLEANER_BUFFER_BYTES = 4 * 1024 * 1024;
  private static final int SESSION_MILLIS = 3_000;
  private static final int HEARTBEAT_MILLIS = 500;
  private static final int GROUP_SESSION_MILLIS_MIN = 1_000;

  private BrokerConfig() {}

  static Map<String, Object> of(Path logs, int port, int controllerPort, StackSettings settings) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(NODE_ID));
    config.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d"
            .formatted(port, CONTROLLER_LISTENER, controllerPort));
    config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("controller.listener.names", CONTROLLER_LISTENER);
    config.put("inter.broker.listener.name", "PLAINTEXT");
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
    // After a kill, the node waits until its old registration has expired, by default 9 s.
    config.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
    config.put("broker.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS));
    return config;
  }
}
