package dev.canswarm.pipeline.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Encodes {@link PgArray} parameters. Does not decode. */
final class PgArrayCodec implements Codec<PgArray> {
  private final ByteBufAllocator allocator;

  PgArrayCodec(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  public boolean canEncode(Object value) {
    return value instanceof PgArray;
  }

  @Override
  public EncodedParameter encode(Object value) {
    return encode(value, ((PgArray) value).typeId());
  }

  @Override
  public EncodedParameter encode(Object value, int dataType) {
    PgArray array = (PgArray) value;
    return new EncodedParameter(
        Format.FORMAT_BINARY, dataType, Mono.fromSupplier(() -> array.encode(allocator)));
  }

  @Override
  public boolean canDecode(int dataType, Format format, Class<?> type) {
    return false;
  }

  @Override
  public PgArray decode(
      @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends PgArray> type) {
    throw new UnsupportedOperationException("arrays are parameters only");
  }

  @Override
  public boolean canEncodeNull(Class<?> type) {
    return false;
  }

  @Override
  public EncodedParameter encodeNull() {
    throw new UnsupportedOperationException("an array is never null");
  }
}
