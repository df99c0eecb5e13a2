package dev.canswarm.pipeline.wiring;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.kafka.BusSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** The settings of a process's Kafka clients, with its group id and member id. */
final class NodeBusSettings {
  private static final int DEAD_LETTER_HEADROOM_BYTES = 64 * 1024;
  private static final String GROUP_PREFIX = "can-swarm-";
  private static final String MEMBER_PREFIX = "node-";
  private static final int HASH_CHARS = 16;

  private NodeBusSettings() {}

  /** Returns the settings of the process's bus. Looks up the name of this host. */
  static BusSettings of(NodeSpec spec) {
    var settings = spec.settings().kafka();
    return BusSettings.builder(spec.servers().kafka().bootstrap(), groupId(spec))
        .extra(spec.servers().kafka().properties())
        .memberId(memberId(spec))
        .clientId(ClientRoles.clientId(spec.agents().stream().map(AgentKey::role).toList()))
        .topics(
            PipelineWiring.topics(spec.agents(), spec.settings().intakeEnabled()),
            settings.partitions())
        .copies(settings.replication(), settings.minInsync())
        .retention(settings.retentionMillis())
        .inFlight(settings.inFlightMax())
        .inFlightBytes(settings.inFlightBytesMax())
        .poll(settings.pollRecordsMax(), settings.commitIntervalMillis())
        .sends(settings.sendInFlightMax())
        .sessionTimeout(settings.sessionTimeoutMillis())
        .sizes(settings.recordBytesMax(), settings.recordBytesMax() + DEAD_LETTER_HEADROOM_BYTES)
        .traced(spec.settings().tracing().target().isPresent())
        .build();
  }

  /**
   * Returns the group id. Processes with the same agents share the partitions; a process with other
   * agents receives everything.
   */
  private static String groupId(NodeSpec spec) {
    String names =
        spec.agents().stream().map(AgentKey::name).sorted().collect(Collectors.joining(","));
    return GROUP_PREFIX
        + Sha256.hex(names.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_CHARS);
  }

  /**
   * Returns the id of the process that writes this audit log. It stays the same after a restart,
   * and only one process uses it at a time. It includes the host, because directories can be
   * copied.
   */
  private static String memberId(NodeSpec spec) {
    String place = hostName() + ":" + spec.audit().directory().toAbsolutePath().normalize();
    String key = spec.audit().key().publicKey().base64();
    return MEMBER_PREFIX
        + Sha256.hex((key + ":" + place).getBytes(StandardCharsets.UTF_8)).substring(0, HASH_CHARS);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
