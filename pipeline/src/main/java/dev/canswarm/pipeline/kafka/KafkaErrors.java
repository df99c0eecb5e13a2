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

/** What to do about an error of Kafka's clients. Unknown ones are taken for an outage. */
final class KafkaErrors {
  /** What follows from a send that failed. */
  enum Fate {
    /** The same send may succeed later. */
    RETRY,
    /** It may succeed later, through another producer: this one takes nothing any more. */
    RETRY_WITH_NEW_PRODUCER,
    /** It will never succeed. */
    REFUSED
  }

  private KafkaErrors() {}

  /**
   * Refused is only what the record itself is to blame for. A missing permission is not: it stops
   * and retries like an outage, and nothing is dead-lettered because of it.
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
   * Whether receiving can only fail again until somebody changes the settings; or must not go on,
   * since another process has taken this one's place in the group.
   *
   * @param worked whether these settings have worked before: then an address that does not resolve
   *     (which Kafka reports as a wrong setting) is an outage
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
