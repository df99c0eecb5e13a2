package dev.canswarm.pipeline.kafka;

/** Reports an existing topic whose number of partitions differs from the setting. */
public final class TopicMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicMismatchException(String topic, int expected, int actual) {
    super(
        ("topic %s: expected %d partitions, it has %d. All topics need the same number, since a"
                + " thread's partition depends on it. Set the number of partitions to %d if"
                + " every topic has that many, or delete the topic if it contains nothing that is"
                + " needed, so that it is created again")
            .formatted(topic, expected, actual, actual));
  }
}
