package dev.canswarm.pipeline.kafka;

/**
 * The cluster will never take this as it stands: a record too large, a topic it does not know how
 * to name, a consumer whose settings it refuses. Repeating it changes nothing.
 */
public final class BusRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param where what was asked, such as {@code send to swarm.need}
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
