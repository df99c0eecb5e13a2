package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of the one combined KRaft node. */
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
    // A static voter, which is not written to the log: its port may differ at the next start.
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
    // By default 6 s, and a process that asks for less is refused: its setting goes down to this.
    config.put("group.min.session.timeout.ms", Integer.toString(GROUP_SESSION_MILLIS_MIN));
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("num.recovery.threads.per.data.dir", "2");
    // By default the cleaner takes 128 MiB of heap for topics that are compacted; ours are small.
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BUFFER_BYTES));
    // After a kill the node waits for its own old registration to expire: 9 s by default.
    config.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
    config.put("broker.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS));
    return config;
  }
}
