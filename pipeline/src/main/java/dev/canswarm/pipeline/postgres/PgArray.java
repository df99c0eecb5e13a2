package dev.canswarm.pipeline.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A one-dimensional array as a statement's parameter, in PostgreSQL's binary format. The driver
 * itself writes arrays as escaped text and knows none of {@code bytea}. The elements are written
 * when the statement is sent, straight into the buffer; until then the source must not change.
 */
final class PgArray {
  private static final int HEADER_BYTES = 20;
  private static final int NULL_LENGTH = -1;

  /** Initial bytes of the buffer for each element; it grows if that is not enough. */
  private static final int TEXT_BYTES = 64;

  private static final int CONTENT_BYTES = 1_024;

  /** Writes an array's elements. */
  @FunctionalInterface
  private interface Elements {
    /**
     * @return whether there was a null
     */
    boolean write(ByteBuf buffer);
  }

  private final PostgresqlObjectId type;
  private final PostgresqlObjectId elementType;
  private final int count;
  private final int elementBytes;
  private final Elements elements;

  private PgArray(
      PostgresqlObjectId type,
      PostgresqlObjectId elementType,
      int count,
      int elementBytes,
      Elements elements) {
    this.type = type;
    this.elementType = elementType;
    this.count = count;
    this.elementBytes = elementBytes;
    this.elements = elements;
  }

  /** A {@code text[]}. */
  static <T> PgArray texts(Collection<T> source, Function<T, @Nullable String> field) {
    return new PgArray(
        PostgresqlObjectId.TEXT_ARRAY,
        PostgresqlObjectId.TEXT,
        source.size(),
        TEXT_BYTES,
        buffer -> {
          boolean hasNull = false;
          for (T item : source) {
            hasNull |= writeText(buffer, field.apply(item));
          }
          return hasNull;
        });
  }

  private static boolean writeText(ByteBuf buffer, @Nullable String text) {
    if (text == null) {
      buffer.writeInt(NULL_LENGTH);
      return true;
    }
    // Nearly all are ASCII: their bytes are copied as a whole, not checked one by one.
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    buffer.writeInt(utf8.length).writeBytes(utf8);
    return false;
  }

  /** A {@code bytea[]}. */
  static <T> PgArray bytes(Collection<T> source, Function<T, byte[]> field) {
    return new PgArray(
        PostgresqlObjectId.BYTEA_ARRAY,
        PostgresqlObjectId.BYTEA,
        source.size(),
        CONTENT_BYTES,
        buffer -> {
          for (T item : source) {
            byte[] bytes = field.apply(item);
            buffer.writeInt(bytes.length).writeBytes(bytes);
          }
          return false;
        });
  }

  /** A {@code bigint[]}. */
  static <T> PgArray longs(Collection<T> source, ToLongFunction<T> field) {
    return new PgArray(
        PostgresqlObjectId.INT8_ARRAY,
        PostgresqlObjectId.INT8,
        source.size(),
        Long.BYTES,
        buffer -> {
          for (T item : source) {
            buffer.writeInt(Long.BYTES).writeLong(field.applyAsLong(item));
          }
          return false;
        });
  }

  /** An {@code integer[]}. */
  static <T> PgArray ints(Collection<T> source, ToIntFunction<T> field) {
    return new PgArray(
        PostgresqlObjectId.INT4_ARRAY,
        PostgresqlObjectId.INT4,
        source.size(),
        Integer.BYTES,
        buffer -> {
          for (T item : source) {
            buffer.writeInt(Integer.BYTES).writeInt(field.applyAsInt(item));
          }
          return false;
        });
  }

  int typeId() {
    return type.getObjectId();
  }

  ByteBuf encode(ByteBufAllocator allocator) {
    ByteBuf buffer = allocator.buffer(HEADER_BYTES + count * (Integer.BYTES + elementBytes));
    buffer.writeInt(count == 0 ? 0 : 1);
    int hasNullAt = buffer.writerIndex();
    buffer.writeInt(0);
    buffer.writeInt(elementType.getObjectId());
    if (count > 0) {
      buffer.writeInt(count);
      buffer.writeInt(1);
    }
    if (elements.write(buffer)) {
      buffer.setInt(hasNullAt, 1);
    }
    return buffer;
  }
}
