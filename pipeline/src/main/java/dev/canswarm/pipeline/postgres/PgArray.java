package dev.canswarm.pipeline.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A one-dimensional array as a statement's parameter, in PostgreSQL's binary format. The driver
 * itself writes arrays as escaped text and knows none of {@code bytea}.
 */
final class PgArray {
  private static final int HEADER_BYTES = 20;
  private static final int NULL_LENGTH = -1;

  private final PostgresqlObjectId type;
  private final PostgresqlObjectId elementType;
  private final List<byte @Nullable []> elements;
  private final int sizeBytes;

  private PgArray(
      PostgresqlObjectId type,
      PostgresqlObjectId elementType,
      List<byte @Nullable []> elements,
      int sizeBytes) {
    this.type = type;
    this.elementType = elementType;
    this.elements = elements;
    this.sizeBytes = sizeBytes;
  }

  private static <T> PgArray of(
      PostgresqlObjectId type,
      PostgresqlObjectId elementType,
      Collection<T> source,
      Function<T, byte @Nullable []> encode) {
    List<byte @Nullable []> elements = new ArrayList<>(source.size());
    int sizeBytes = HEADER_BYTES;
    for (T item : source) {
      byte[] element = encode.apply(item);
      elements.add(element);
      sizeBytes = Math.addExact(sizeBytes, Integer.BYTES + (element == null ? 0 : element.length));
    }
    return new PgArray(type, elementType, elements, sizeBytes);
  }

  /** A {@code text[]}. */
  static <T> PgArray texts(Collection<T> source, Function<T, @Nullable String> field) {
    return of(
        PostgresqlObjectId.TEXT_ARRAY,
        PostgresqlObjectId.TEXT,
        source,
        item -> {
          String text = field.apply(item);
          return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        });
  }

  /** A {@code bytea[]}. */
  static <T> PgArray bytes(Collection<T> source, Function<T, byte[]> field) {
    return of(
        PostgresqlObjectId.BYTEA_ARRAY,
        PostgresqlObjectId.BYTEA,
        source,
        item -> field.apply(item));
  }

  /** A {@code bigint[]}. */
  static <T> PgArray longs(Collection<T> source, Function<T, Long> field) {
    return of(
        PostgresqlObjectId.INT8_ARRAY,
        PostgresqlObjectId.INT8,
        source,
        item -> ByteBuffer.allocate(Long.BYTES).putLong(field.apply(item)).array());
  }

  /** An {@code integer[]}. */
  static <T> PgArray ints(Collection<T> source, Function<T, Integer> field) {
    return of(
        PostgresqlObjectId.INT4_ARRAY,
        PostgresqlObjectId.INT4,
        source,
        item -> ByteBuffer.allocate(Integer.BYTES).putInt(field.apply(item)).array());
  }

  int typeId() {
    return type.getObjectId();
  }

  ByteBuf encode(ByteBufAllocator allocator) {
    ByteBuf buffer = allocator.buffer(sizeBytes);
    buffer.writeInt(elements.isEmpty() ? 0 : 1);
    buffer.writeInt(elements.contains(null) ? 1 : 0);
    buffer.writeInt(elementType.getObjectId());
    if (!elements.isEmpty()) {
      buffer.writeInt(elements.size());
      buffer.writeInt(1);
    }
    for (byte[] element : elements) {
      if (element == null) {
        buffer.writeInt(NULL_LENGTH);
      } else {
        buffer.writeInt(element.length).writeBytes(element);
      }
    }
    return buffer;
  }
}
