package dev.canswarm.pipeline.embedded;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Intercepts the broker's attempts to end the JVM. On a fatal fault, Kafka calls {@code
 * Runtime.halt}, which would skip the shutdown hooks, so that nothing would be drained or stopped
 * in order. Kafka's exit procedures are global to the JVM, so every registered broker receives
 * every fault.
 */
final class BrokerFaults {

  /** Ends the thread that reported the fault: Kafka relies on its exit procedure not returning. */
  static final class FatalFault extends Error {
    private static final long serialVersionUID = 1L;

    FatalFault(String message) {
      super(message);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(BrokerFaults.class);

  private static final List<Consumer<String>> LISTENERS = new CopyOnWriteArrayList<>();

  static {
    Exit.setHaltProcedure(BrokerFaults::report);
    Exit.setExitProcedure(BrokerFaults::report);
  }

  private BrokerFaults() {}

  static void listen(Consumer<String> listener) {
    LISTENERS.add(listener);
  }

  static void forget(Consumer<String> listener) {
    LISTENERS.remove(listener);
  }

  private static void report(int status, @Nullable String message) {
    String detail =
        "the broker wanted to end the process with status %d%s"
            .formatted(status, message == null ? "" : ": " + message);
    LOG.error("{}", detail);
    LISTENERS.forEach(listener -> listener.accept(detail));
    throw new FatalFault(detail);
  }
}
