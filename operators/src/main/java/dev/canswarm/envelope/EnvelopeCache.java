package dev.canswarm.envelope;

import java.util.Arrays;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The envelopes that this process recently signed or verified, by their exact bytes, so that a
 * co-located stage does not read, hash and verify the same bytes again. It vouches for nothing
 * else: swarm, topic, role, policy and token are checked every time. The least recently used go
 * first. Codecs that share one have the same limits. Thread-safe; a lookup takes one short lock.
 */
public final class EnvelopeCache {
  /** Entries that a cache holds unless another number is asked for. */
  public static final int DEFAULT_ENTRIES_MAX = 16_384;

  /** Bytes of envelopes that a cache holds unless another number is asked for. */
  public static final long DEFAULT_BYTES_MAX = 16L << 20;

  private final int entriesMax;
  private final long bytesMax;

  /** In the order of use. */
  private final LinkedHashMap<Key, Envelope> entries = new LinkedHashMap<>(16, 0.75f, true);

  private long verifiesMade;
  private long verifiesSaved;
  private long bytesHeld;
  private long hits;
  private long misses;

  /**
   * Creates an empty cache.
   *
   * @param entriesMax envelopes held at most; 0 for a cache that holds none and is never asked
   * @param bytesMax length of those envelopes together at most; read into objects they take about
   *     as much again, and their payloads, once asked for, some three times as much
   */
  public EnvelopeCache(int entriesMax, long bytesMax) {
    if (entriesMax < 0 || bytesMax < 0) {
      throw new IllegalArgumentException(
          "expected bounds from 0, got " + entriesMax + " entries and " + bytesMax + " bytes");
    }
    this.entriesMax = entriesMax;
    this.bytesMax = bytesMax;
  }

  /** A cache that holds nothing. */
  public static EnvelopeCache none() {
    return new EnvelopeCache(0, 0);
  }

  /** Counters of a cache since it was made. */
  public record Stats(long hits, long misses, int entries, long bytes) {
    /** Hit ratio, 0 to 1; 0 before the first lookup. */
    public double hitRate() {
      long lookups = hits + misses;
      return lookups == 0 ? 0 : (double) hits / lookups;
    }
  }

  /** The counters as of now. */
  public synchronized Stats stats() {
    return new Stats(hits, misses, entries.size(), bytesHeld);
  }

  /** Signatures that codecs with this cache have checked. */
  public synchronized long verifiesMade() {
    return verifiesMade;
  }

  /**
   * Signature checks avoided by a cache hit. Fewer than hits: an envelope that is only read is
   * looked up too.
   */
  public synchronized long verifiesSaved() {
    return verifiesSaved;
  }

  synchronized void countVerify(boolean made) {
    if (made) {
      verifiesMade++;
    } else {
      verifiesSaved++;
    }
  }

  /** The envelope of exactly these bytes, counted as a hit or a miss. */
  @Nullable Envelope find(byte[] bytes) {
    if (entriesMax == 0) {
      return null;
    }
    var key = new Key(bytes);
    synchronized (this) {
      Envelope found = entries.get(key);
      if (found == null) {
        misses++;
      } else {
        hits++;
      }
      return found;
    }
  }

  /** Whether this very envelope is held, and not only one of the same bytes; not counted. */
  boolean holds(Envelope envelope) {
    if (entriesMax == 0) {
      return false;
    }
    var key = new Key(envelope.bytes());
    synchronized (this) {
      return entries.get(key) == envelope;
    }
  }

  /**
   * Keeps an envelope whose fields were made from its bytes, or its bytes from them, and whose
   * signature is good.
   */
  void add(Envelope envelope) {
    int length = envelope.bytes().length;
    if (entriesMax == 0 || length > bytesMax) {
      return;
    }
    var key = new Key(envelope.bytes());
    synchronized (this) {
      if (entries.putIfAbsent(key, envelope) == null) {
        bytesHeld += length;
        trim();
      }
    }
  }

  private void trim() {
    while (entries.size() > entriesMax || bytesHeld > bytesMax) {
      var eldest = entries.entrySet().iterator();
      bytesHeld -= eldest.next().getKey().bytes.length;
      eldest.remove();
    }
  }

  /**
   * Bytes, hashed by eight digits of the id that they begin with. Ids are SHA-256, so nobody makes
   * many verified envelopes of one hash; the comparison is of all bytes.
   */
  private static final class Key {
    private static final int ID_START = "{\"id\":\"".length();
    private static final int DIGITS = 8;

    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      int folded = 0;
      for (int i = ID_START; i < Math.min(bytes.length, ID_START + DIGITS); i++) {
        // Mask: the bits that distinguish hex digits.
        folded = folded << 4 ^ bytes[i] + 9 * (bytes[i] >> 6);
      }
      this.hash = folded;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
