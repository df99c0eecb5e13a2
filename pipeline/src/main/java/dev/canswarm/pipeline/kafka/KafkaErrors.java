package dev.canswarm.pipeline.kafka;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Classifies errors of Kafka's clients. Unknown errors count as outages. */
final class KafkaErrors {
  /** The consequence of a failed send. */
  enum Fate {
    /** The same send may succeed later. */
    RETRY,
    /** The send may succeed later with a new producer, since this one accepts no more records. */
    RETRY_WITH_NEW_PRODUCER,
    /** The send can never succeed. */
    REFUSED
  }

  /** How the client begins its message about a record that it cannot read. */
  private static final String UNREADABLE_RECORD =
      "Received exception when fetching the next record";

  /** How the client begins its message about a batch that the broker cannot read. */
  private static final String UNREADABLE_FETCH = "Encountered corrupt message when fetching offset";

  private KafkaErrors() {}

  /**
   * Classifies a failed send. It is refused only if the record itself is the cause. A missing
   * permission counts as an outage: sends are retried, and nothing is dead-lettered because of it.
   */
  static Fate ofSend(Throwable failure) {
    if (failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException
        || failure instanceof InvalidTopicException
        || failure instanceof InvalidRecordException
        || failure instanceof InvalidTimestampException
        || failure instanceof PolicyViolationException
        || failure instanceof SerializationException
        || failure instanceof UnsupportedForMessageFormatException) {
      return Fate.REFUSED;
    }
    boolean producerLives =
        failure instanceof ApiException
            && !(failure instanceof OutOfOrderSequenceException)
            && !(failure instanceof ApplicationRecoverableException)
            && !(failure instanceof AuthenticationException)
            && !(failure instanceof AuthorizationException)
            && !(failure instanceof UnsupportedVersionException);
    return producerLives ? Fate.RETRY : Fate.RETRY_WITH_NEW_PRODUCER;
  }

  /**
   * Returns which partition a failed poll found an unreadable record in; empty for other failures.
   * Kafka has no type for it: it throws its base type and names the partition in the message.
   *
   * @param assigned the consumer's partitions
   */
  static Optional<TopicPartition> unreadable(
      KafkaException failure, Collection<TopicPartition> assigned) {
    String message = failure.getMessage();
    if (!failure.getClass().equals(KafkaException.class)
        || message == null
        || !(message.startsWith(UNREADABLE_RECORD) || message.startsWith(UNREADABLE_FETCH))) {
      return Optional.empty();
    }
    // The longest name: that of partition 1 is also the beginning of that of partition 10.
    return assigned.stream()
        .filter(place -> message.contains(place.toString()))
        .max(Comparator.comparingInt(place -> place.toString().length()));
  }

  /** Says why a record cannot be read and what helps. */
  static String whyUnreadable(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof Error) {
        return "expected a batch that this process can decompress, but the library for its"
            + " compression does not load ("
            + firstLine(cause)
            + "); its records are kept in the topic: give the process a java.io.tmpdir that is"
            + " writable and not mounted noexec, and have them sent again";
      }
    }
    return "expected a whole batch, got one that cannot be read ("
        + firstLine(root)
        + "); have its records sent again";
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }

  /**
   * Whether receiving must end: either it fails until somebody changes the settings, or another
   * process has taken over this one's membership in the group.
   *
   * @param worked whether these settings have worked before; then an unresolvable address, which
   *     Kafka reports as an invalid setting, counts as an outage
   */
  static boolean endsReceiving(Throwable failure, boolean worked) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationException
          || cause instanceof AuthorizationException
          || cause instanceof FencedInstanceIdException
          || cause instanceof GroupMaxSizeReachedException
          || cause instanceof InconsistentGroupProtocolException
          || cause instanceof InvalidGroupIdException
          || cause instanceof InvalidSessionTimeoutException
          || cause instanceof InvalidTopicException
          || cause instanceof UnsupportedVersionException
          || (cause instanceof ConfigException && !worked)) {
        return true;
      }
    }
    return false;
  }
}
