package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.r2dbc.postgresql.client.Binding;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class PgArrayCodecTest {
  private static final String ONE =
      "00000001" + "00000000" + "00000017" + "00000001" + "00000001" + "00000004" + "00000001";

  private final PgArrayCodec codec = new PgArrayCodec(UnpooledByteBufAllocator.DEFAULT);
  private final PgArray array = PgArray.ints(List.of(1), number -> number);

  @Test
  void aParameterIsBinaryAndHasTheTypeOfTheArray() {
    Binding binding = new Binding(2).add(0, codec.encode(array)).add(1, codec.encode(array, 25));
    assertThat(binding.getParameterFormats())
        .containsExactly(Format.FORMAT_BINARY, Format.FORMAT_BINARY);
    assertThat(binding.getParameterTypes())
        .as("its own, and one that is asked for")
        .containsExactly(PostgresqlObjectId.INT4_ARRAY.getObjectId(), 25);
  }

  @Test
  void aStatementThatIsSentAgainEncodesItsArrayAgain() {
    Publisher<? extends ByteBuf> value =
        new Binding(1).add(0, codec.encode(array)).getParameterValues().get(0);
    assertThat(taken(value)).isEqualTo(ONE);
    assertThat(taken(value)).as("the first buffer is released").isEqualTo(ONE);
  }

  @Test
  void nothingButAnArrayIsEncoded() {
    assertThat(codec.canEncode(array)).isTrue();
    assertThat(codec.canEncode(List.of(1))).isFalse();
    assertThat(codec.canEncodeNull(PgArray.class)).isFalse();
    assertThatThrownBy(codec::encodeNull).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void resultsAreLeftToTheDriversOwnCodecs() {
    int type = PostgresqlObjectId.INT4_ARRAY.getObjectId();
    assertThat(codec.canDecode(type, Format.FORMAT_BINARY, PgArray.class)).isFalse();
    assertThatThrownBy(() -> codec.decode(null, type, Format.FORMAT_BINARY, PgArray.class))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static String taken(Publisher<? extends ByteBuf> value) {
    ByteBuf buffer = Objects.requireNonNull(Mono.<ByteBuf>from(value).block());
    try {
      return ByteBufUtil.hexDump(buffer);
    } finally {
      buffer.release();
    }
  }
}
