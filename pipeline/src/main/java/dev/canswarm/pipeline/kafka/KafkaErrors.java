package dev.canswarm.pipeline.kafka;

import org.apache.kafka.common.InvalidRecordException;
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
