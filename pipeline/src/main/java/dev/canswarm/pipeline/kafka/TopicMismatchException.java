package dev.canswarm.pipeline.kafka;

/** A topic exists with another number of partitions than all topics must have. */
public final class TopicMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicMismatchException(String topic, int expected, int actual) {
    super(
        ("topic %s: expected %d partitions, it has %d. All topics need the same number, and a"
                + " thread's partition follows from it. Set the number of partitions to %d if"
                + " every topic has that, or else delete the topic while it holds nothing that is"
                + " needed, so that it is created anew")
            .formatted(topic, expected, actual, actual));
  }
}
