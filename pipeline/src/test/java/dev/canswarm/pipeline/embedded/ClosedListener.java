package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** A listener of Kafka that answers nobody without a login. */
final class ClosedListener {
  /**
   * How long it is asked. A listener that asks for a login hangs up, and the client tries again.
   */
  private static final int ASKED_MILLIS_MAX = 2_000;

  private ClosedListener() {}

  /**
   * Asks without a login, as a broker and as a controller: each kind refuses the other one's
   * requests anyway. Before a login a listener answers only with its versions.
   */
  static void refusesStrangers(int port) {
    for (String kind :
        List.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG)) {
      Map<String, Object> stranger =
          Map.of(
              kind,
              "127.0.0.1:" + port,
              AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
              ASKED_MILLIS_MAX,
              AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
              ASKED_MILLIS_MAX);
      try (Admin admin = Admin.create(stranger)) {
        assertThatThrownBy(() -> admin.describeCluster().clusterId().get())
            .as("port %d as %s", port, kind)
            .cause()
            .isInstanceOfAny(TimeoutException.class, UnsupportedVersionException.class);
      }
    }
  }
}
