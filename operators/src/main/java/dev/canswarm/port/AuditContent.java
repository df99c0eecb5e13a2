package dev.canswarm.port;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.AuditEvent.Direction;
import java.util.Arrays;

/**
 * The content of an audit event, parsed once, so that every {@link AuditLog} treats it alike.
 *
 * @param bytes the exact bytes; must not be written to
 * @param canonicalObject whether they are a JSON object in canonical form (RFC 8785), so that
 *     writing the object again gives the same bytes
 * @param lamport the object's Lamport time, 0 if there is none
 */
public record AuditContent(byte[] bytes, boolean canonicalObject, long lamport) {
  /**
   * How far ahead of the node's own time a delivered envelope may pull it. An envelope's time is
   * the length of its chain of parents, which is far below this. Without a bound, one envelope of
   * one dishonest sender that claims 2^53 - 1 would use up the node's time for ever; with it, that
   * takes 2^33 envelopes.
   */
  public static final long LAMPORT_AHEAD_MAX = 1L << 20;

  /** Parses the content of an event. */
  public static AuditContent of(byte[] bytes) {
    try {
      JsonObject object = StrictJson.parseObject(bytes);
      if (Arrays.equals(CanonicalJson.write(object), bytes)) {
        return new AuditContent(bytes, true, lamportOf(object));
      }
    } catch (JsonException e) {
      // Not I-JSON: kept as the bytes it is.
    }
    return new AuditContent(bytes, false, 0);
  }

  private static long lamportOf(JsonObject object) {
    return object.get("lamport") instanceof JsonNumber number
            && number.isSafeInteger()
            && number.value() > 0
        ? (long) number.value()
        : 0;
  }

  /**
   * Advances the node's clock for an event with this content. A received, valid envelope takes it
   * past the envelope's own time, unless that is more than {@link #LAMPORT_AHEAD_MAX} ahead; all
   * other events, refused envelopes included, advance it by one.
   *
   * @return the Lamport time of the event
   */
  public long advance(LamportClock clock, Direction direction) {
    return switch (direction) {
      case DELIVERED, SUPERSEDED ->
          lamport - clock.current() > LAMPORT_AHEAD_MAX ? clock.tick() : clock.observe(lamport);
      case PUBLISHED, RAW_PUBLISHED, RAW_DELIVERED, DEAD_LETTERED, ATTEMPT_ENDED -> clock.tick();
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditContent content && Arrays.equals(bytes, content.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
