package dev.canswarm.pipeline.files;

import dev.canswarm.replay.audit.AuditFormat;

/**
 * The limits of a {@link FileAuditLog}.
 *
 * @param segmentBytesMax a batch that would make a segment longer begins the next one
 * @param batchRecordsMax most records that one write, one signature and one {@code fsync} cover; at
 *     most {@link AuditFormat#BATCH_RECORDS_MAX}; a list that alone has more is a batch of its own
 * @param waitingMax most events that wait for their batch, unless one list alone has more; at least
 *     as many as the pipeline has envelopes in flight, since a further one fails with a retryable
 *     error
 */
public record AuditLimits(long segmentBytesMax, int batchRecordsMax, int waitingMax) {
  /** 64 MiB, 512 records, 16,384 events waiting. */
  public static final AuditLimits DEFAULT = new AuditLimits(64L << 20, 512, 16_384);

  public AuditLimits {
    if (segmentBytesMax < 1 || waitingMax < 1) {
      throw new IllegalArgumentException(
          "expected segmentBytesMax and waitingMax of at least 1, got %d and %d"
              .formatted(segmentBytesMax, waitingMax));
    }
    if (batchRecordsMax < 1 || batchRecordsMax > AuditFormat.BATCH_RECORDS_MAX) {
      throw new IllegalArgumentException(
          "expected batchRecordsMax from 1 to %d, got %d"
              .formatted(AuditFormat.BATCH_RECORDS_MAX, batchRecordsMax));
    }
  }
}
