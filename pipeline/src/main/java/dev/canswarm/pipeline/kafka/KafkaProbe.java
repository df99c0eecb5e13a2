package dev.canswarm.pipeline.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the brokers whether they are there. Its client is made for the first question, since nobody
 * may ever ask. Thread-safe.
 */
public final class KafkaProbe implements AutoCloseable {
  private static final int ANSWER_MILLIS_MAX = 1_500;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final Supplier<Admin> clients;
  private final Scheduler blocking;
  private @Nullable Admin client;
  private boolean closed;

  /**
   * @param blocking makes the client, which resolves host names
   */
  public KafkaProbe(BusSettings settings, Scheduler blocking) {
    Map<String, Object> properties = new HashMap<>(ClientProperties.admin(settings));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    this.clients = () -> Admin.create(properties);
    this.blocking = blocking;
  }

  /** Returns how many brokers the cluster has now; fails if none answers within 1.5 s. */
  public Mono<Integer> brokers() {
    return Mono.fromCallable(this::client)
        .subscribeOn(blocking)
        .flatMap(
            admin ->
                Mono.fromFuture(
                    () ->
                        admin
                            .describeCluster(
                                new DescribeClusterOptions().timeoutMs(ANSWER_MILLIS_MAX))
                            .nodes()
                            .toCompletionStage()
                            .toCompletableFuture(),
                    true))
        .map(nodes -> (int) nodes.stream().filter(node -> !node.equals(Node.noNode())).count());
  }

  private synchronized Admin client() {
    if (closed) {
      throw new IllegalStateException("the probe is closed");
    }
    Admin present = client;
    if (present == null) {
      present = clients.get();
      client = present;
    }
    return present;
  }

  /** Closes the client, if there is one. Blocks for at most a second. */
  @Override
  public synchronized void close() {
    closed = true;
    Admin present = client;
    if (present != null) {
      present.close(CLOSE_MAX);
    }
  }
}
