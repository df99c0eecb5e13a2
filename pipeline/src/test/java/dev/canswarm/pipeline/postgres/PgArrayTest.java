package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The binary format of PostgreSQL's array_send: dimensions, nulls, element type, size, bound. */
class PgArrayTest {
  @Test
  void integersAreWrittenInNetworkOrder() {
    assertThat(hex(PgArray.ints(List.of(1, -2), number -> number)))
        .isEqualTo(
            "00000001"
                + "00000000"
                + "00000017"
                + "00000002"
                + "00000001"
                + "00000004"
                + "00000001"
                + "00000004"
                + "fffffffe");
  }

  @Test
  void longsTakeEightBytes() {
    assertThat(hex(PgArray.longs(List.of(Long.MAX_VALUE), number -> number)))
        .isEqualTo(
            "00000001"
                + "00000000"
                + "00000014"
                + "00000001"
                + "00000001"
                + "00000008"
                + "7fffffffffffffff");
  }

  @Test
  void aTextThatIsNullHasNoBytesAndIsAnnounced() {
    assertThat(hex(PgArray.texts(Arrays.asList("é", null, ""), Function.identity())))
        .isEqualTo(
            "00000001"
                + "00000001"
                + "00000019"
                + "00000003"
                + "00000001"
                + "00000002"
                + "c3a9"
                + "ffffffff"
                + "00000000");
  }

  @Test
  void anEmptyArrayHasNoDimension() {
    assertThat(hex(PgArray.bytes(List.<byte[]>of(), Function.identity())))
        .isEqualTo("00000000" + "00000000" + "00000011");
  }

  @Test
  void theParameterHasTheTypeOfTheArrayAndNotOfItsElements() {
    assertThat(PgArray.bytes(List.of(new byte[] {1}), Function.identity()).typeId())
        .isEqualTo(PostgresqlObjectId.BYTEA_ARRAY.getObjectId());
  }

  private static String hex(PgArray array) {
    ByteBuf encoded = array.encode(UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.hexDump(encoded);
    } finally {
      encoded.release();
    }
  }
}
