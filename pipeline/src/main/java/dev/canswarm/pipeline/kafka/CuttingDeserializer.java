package dev.canswarm.pipeline.kafka;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.Delivery;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Bounds the bytes of each value and of each poll. A broker bounds only the compressed size of a
 * batch, so a value may be larger than any record that can be sent, and a poll of a few small
 * batches may be larger than the heap. Only the polling thread uses it.
 */
final class CuttingDeserializer implements Deserializer<StampedValue> {
  /** The bytes that are kept of a value that is too long, for its dead letter. */
  static final int HEAD_BYTES = 16 * 1024;

  private final int valueBytesMax;
  private final long pollBytesMax;
  private long pollBytes;

  /**
   * @param valueBytesMax a longer value is cut to its first {@link #HEAD_BYTES}
   * @param pollBytesMax once a poll has so many bytes, further records are {@link
   *     StampedValue#NO_ROOM}
   */
  CuttingDeserializer(int valueBytesMax, long pollBytesMax) {
    this.valueBytesMax = valueBytesMax;
    this.pollBytesMax = pollBytesMax;
  }

  /** Starts a poll with no bytes. */
  void beginPoll() {
    pollBytes = 0;
  }

  @Override
  public StampedValue deserialize(String topic, byte[] data) {
    return polled(ByteBuffer.wrap(data));
  }

  @Override
  public StampedValue deserialize(String topic, Headers headers, ByteBuffer data) {
    return polled(data.duplicate());
  }

  private StampedValue polled(ByteBuffer data) {
    if (pollBytes >= pollBytesMax) {
      return StampedValue.NO_ROOM;
    }
    int length = data.remaining();
    if (length <= valueBytesMax) {
      pollBytes += length;
      return StampedValue.of(first(data, length), null);
    }
    String sha256 = HexFormat.of().formatHex(hash(data.duplicate()));
    byte[] head = first(data, Math.min(HEAD_BYTES, valueBytesMax));
    pollBytes += head.length;
    return StampedValue.of(head, new Delivery.Cut(length, sha256));
  }

  private static byte[] hash(ByteBuffer data) {
    int length = data.remaining();
    return data.hasArray()
        ? Sha256.hash(data.array(), data.arrayOffset() + data.position(), length)
        : Sha256.hash(first(data, length));
  }

  private static byte[] first(ByteBuffer data, int length) {
    byte[] bytes = new byte[length];
    data.get(bytes);
    return bytes;
  }
}
