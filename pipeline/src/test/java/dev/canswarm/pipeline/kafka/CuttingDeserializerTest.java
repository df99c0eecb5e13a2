package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.Delivery;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CuttingDeserializerTest {
  private static final int VALUE_BYTES_MAX = 40_000;

  private final CuttingDeserializer cutting = new CuttingDeserializer(VALUE_BYTES_MAX, 100_000);

  @Test
  void aValueOfTheLargestSizeIsKeptWhole() {
    byte[] value = bytes(VALUE_BYTES_MAX);

    StampedValue read = cutting.deserialize("topic", value);

    assertThat(read.value()).isEqualTo(value);
    assertThat(read.cut()).isNull();
    assertThat(read.assignment()).isNull();
  }

  @Test
  void ofALongerValueItsHeadIsKeptWithItsLengthAndHash() {
    byte[] value = bytes(VALUE_BYTES_MAX + 1);

    StampedValue read = cutting.deserialize("topic", value);

    assertThat(read.value()).isEqualTo(Arrays.copyOf(value, CuttingDeserializer.HEAD_BYTES));
    assertThat(read.cut()).isEqualTo(new Delivery.Cut(value.length, Sha256.hex(value)));
  }

  @Test
  void aPartOfABufferIsReadAsAnArrayIsAndTheBufferStaysAsItWas() {
    byte[] value = bytes(VALUE_BYTES_MAX + 1);
    ByteBuffer buffer = ByteBuffer.allocateDirect(value.length + 2);
    buffer.position(1);
    buffer.put(value).flip().position(1);

    StampedValue read = cutting.deserialize("topic", new RecordHeaders(), buffer);

    assertThat(read.cut()).isEqualTo(new Delivery.Cut(value.length, Sha256.hex(value)));
    assertThat(buffer.remaining()).isEqualTo(value.length);
  }

  @Test
  void onceAPollHasItsBytesFurtherRecordsHaveNoRoomUntilTheNextPoll() {
    cutting.beginPoll();
    for (int i = 0; i < 3; i++) {
      assertThat(cutting.deserialize("topic", bytes(VALUE_BYTES_MAX)).valueBytes())
          .isEqualTo(VALUE_BYTES_MAX);
    }
    assertThat(cutting.deserialize("topic", bytes(1))).isSameAs(StampedValue.NO_ROOM);

    cutting.beginPoll();

    assertThat(cutting.deserialize("topic", bytes(1)).valueBytes()).isEqualTo(1);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'v');
    return bytes;
  }
}
