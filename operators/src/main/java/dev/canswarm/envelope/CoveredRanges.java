package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * The ranges that an envelope's id and its signature cover of its canonical bytes: all but payload
 * and signature, and the id's also without id and time. They are laid out once, in one scratch
 * array, with the prefix and suffix of the requested range. An offset is that of the byte after the
 * named part. Not thread-safe.
 */
final class CoveredRanges {
  /** Where {@code "kind"} begins: after the opening brace, the id and a comma. */
  private static final int KIND_START = "{\"id\":\"".length() + Sha256.HEX_LENGTH + 2;

  private static final byte[] SIGNED_PREFIX = ascii(EnvelopeIds.ENVELOPE_TAG + "\0");
  private static final byte[] IDENTIFIED_PREFIX = ascii(EnvelopeIds.ID_TAG + "\0{");
  private static final byte[] IDENTIFIED_END = ascii(",\"v\":1}");

  /** Room for the signed prefix, which is the longer one. */
  private static final int MIDDLE_START = SIGNED_PREFIX.length + KIND_START;

  /** The list of parents, its bracket included. */
  int parentsEnd;

  int payloadEnd;

  /** The sender, its quote included; so for those that follow. */
  int senderEnd;

  int signatureEnd;
  int threadEnd;

  /**
   * Writes the hash that the id has to be.
   *
   * @param in the envelope; its id is not read
   */
  void hashIdentified(byte[] in, Scratch scratch, byte[] hash) {
    byte[] out = scratch.bytes(lengthMax(in));
    int end = layOut(in, out);
    int start = MIDDLE_START - IDENTIFIED_PREFIX.length;
    put(IDENTIFIED_PREFIX, 0, IDENTIFIED_PREFIX.length, out, start);
    end = put(IDENTIFIED_END, 0, IDENTIFIED_END.length, out, end);
    Sha256.hash(out, start, end - start, hash, 0);
  }

  /** An array that has room for {@link #signed}. */
  byte[] forSigned(byte[] in, Scratch scratch) {
    return scratch.bytes(lengthMax(in));
  }

  /**
   * Puts what the signature covers at the start of an array.
   *
   * @return its length
   */
  int signed(byte[] in, byte[] out) {
    put(SIGNED_PREFIX, 0, SIGNED_PREFIX.length, out, 0);
    put(in, 0, KIND_START, out, SIGNED_PREFIX.length);
    return put(in, threadEnd, in.length, out, layOut(in, out));
  }

  /** Without the payload, so that a large one needs no large array. */
  private int lengthMax(byte[] in) {
    return MIDDLE_START + parentsEnd + in.length - payloadEnd;
  }

  /** Lays out the bytes that both the id and the signature cover. */
  private int layOut(byte[] in, byte[] out) {
    int at = put(in, KIND_START, parentsEnd, out, MIDDLE_START);
    at = put(in, payloadEnd, senderEnd, out, at);
    return put(in, signatureEnd, threadEnd, out, at);
  }

  private static int put(byte[] from, int start, int end, byte[] out, int at) {
    System.arraycopy(from, start, out, at, end - start);
    return at + end - start;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
