package dev.canswarm.benchmarks.load.feed;

import dev.canswarm.envelope.ThreadId;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * The records of one phase of a run, by number from 0: a {@code hash.sha256} over a text that no
 * other record has. Immutable.
 *
 * @param phase of letters; the prefix of its thread ids and keys, which no other phase has
 * @param needs how many there are
 * @param threads distinct thread ids; NEEDs go round over them
 * @param texts what is hashed
 * @param k accepting attestations; 0: as the policy says
 * @param deadlineMillis of each NEED; 0: as the policy says
 */
public record PhaseRecords(
    String phase, int needs, int threads, Texts texts, int k, long deadlineMillis) {
  private static final String INTAKE_PREFIX = "INTAKE/";
  private static final String FILLING = "lorem ipsum dolor sit amet ";

  /**
   * Lengths of the texts.
   *
   * @param bytes of most of them, at least {@link #BYTES_MIN}
   * @param largeEvery one in this many texts is large; 0 for none
   * @param largeBytes bytes of a large text
   */
  public record Texts(int bytes, int largeEvery, int largeBytes) {
    /** Room for the counter that makes each text unique. */
    public static final int BYTES_MIN = 24;

    /** Texts of one length. */
    public static Texts of(int bytes) {
      return new Texts(bytes, 0, 0);
    }

    int bytes(int number) {
      return largeEvery > 0 && number % largeEvery == largeEvery - 1 ? largeBytes : bytes;
    }
  }

  /** The Kafka key, which is the thread id. */
  public ThreadId thread(int number) {
    return new ThreadId(phase + "-" + number % threads);
  }

  /** The idempotency key. */
  public String key(int number) {
    return phase + number;
  }

  /** The nonce that the gateway gives to the NEED of this record. */
  public String nonce(int number) {
    return INTAKE_PREFIX + thread(number) + "/" + key(number);
  }

  /** The number of the record with this nonce; empty for a nonce of no record of this phase. */
  public OptionalInt number(String nonce) {
    int slash = nonce.lastIndexOf('/');
    String key = nonce.substring(slash + 1);
    if (!key.startsWith(phase)) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(key.substring(phase.length()));
      boolean known = number >= 0 && number < needs && nonce.equals(nonce(number));
      return known ? OptionalInt.of(number) : OptionalInt.empty();
    } catch (NumberFormatException other) {
      return OptionalInt.empty();
    }
  }

  /** Whether a record with this Kafka key can be of this phase. */
  public boolean isOfThread(String thread) {
    return thread.startsWith(phase + "-");
  }

  /** The record's value. */
  public byte[] value(int number) {
    int bytes = texts.bytes(number);
    var text = new StringBuilder(bytes).append(phase).append(' ').append(number).append(' ');
    while (text.length() < bytes) {
      text.append(FILLING);
    }
    text.setLength(bytes);
    var value = new StringBuilder(bytes + 128);
    value.append("{\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"").append(text);
    value.append("\"},\"idempotency_key\":\"").append(key(number)).append('"');
    if (k > 0) {
      value.append(",\"k\":").append(k);
    }
    if (deadlineMillis > 0) {
      value.append(",\"deadline_ms\":").append(deadlineMillis);
    }
    return value.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }
}
