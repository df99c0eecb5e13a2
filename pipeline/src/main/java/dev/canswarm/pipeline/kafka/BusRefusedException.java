package dev.canswarm.pipeline.kafka;

/**
 * Reports a request that Kafka will never accept, such as an oversized record, an invalid topic
 * name or invalid consumer settings. Terminal: a retry fails in the same way.
 */
public final class BusRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param where names the operation, such as {@code send to swarm.need}
   */
  public BusRefusedException(String where, Throwable cause) {
    super(where + ": " + cause, cause);
  }

  private BusRefusedException(String message) {
    super(message);
  }

  static BusRefusedException tooLarge(String topic, int bytes, int bytesMax) {
    return new BusRefusedException(
        "send to %s: expected at most %d bytes of key, value and headers, got %d"
            .formatted(topic, bytesMax, bytes));
  }
}
