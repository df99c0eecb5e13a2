package dev.canswarm.envelope;

import dev.canswarm.crypto.Base64Text;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.CanonicalScan;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Recognises an envelope in canonical form in one pass, and notes where its parts are. The names
 * and their order are the wire format, so each is compared at its position. Accepts exactly the
 * canonical envelopes that {@link EnvelopeReader} accepts; reports no reason. Hashes and signature
 * are not checked here. For one envelope; not thread-safe.
 */
final class EnvelopeScan {
  private static final byte[] ID = ascii("{\"id\":\"");
  private static final byte[] KIND = ascii("\",\"kind\":\"");
  private static final byte[] LAMPORT = ascii("\",\"lamport\":");
  private static final byte[] NEED_ID = ascii(",\"need_id\":\"");
  private static final byte[] NONCE = ascii(",\"nonce\":");
  private static final byte[] PARENTS = ascii(",\"parents\":[");
  private static final byte[] PAYLOAD = ascii("],\"payload\":");
  private static final byte[] PAYLOAD_HASH = ascii(",\"payload_hash\":\"");
  private static final byte[] POLICY_HASH = ascii("\",\"policy_engine_hash\":\"");
  private static final byte[] SENDER = ascii("\",\"sender_pk_b64\":\"");
  private static final byte[] SIGNATURE = ascii("\",\"sig_b64\":\"");
  private static final byte[] SWARM_ID = ascii("\",\"swarm_id\":\"");
  private static final byte[] THREAD_ID = ascii("\",\"thread_id\":\"");
  private static final byte[] TIMESTAMP = ascii("\",\"timestamp_ns\":\"");
  private static final byte[] VERSION = ascii("\",\"v\":1}");

  /** Depth of an envelope without its payload: the object and the list of parents. */
  private static final int LEVELS_MIN = 2;

  private static final int HASH = Sha256.HEX_LENGTH;

  /** From one parent to the next: quotes and comma. */
  private static final int PARENT_STEP = HASH + 3;

  private static final int LAMPORT_DIGITS_MAX = 16;
  private static final int TIMESTAMP_DIGITS_MAX = 19;
  private static final int SIGNATURE_LENGTH = Base64Text.lengthOf(SignatureEngine.SIGNATURE_BYTES);
  private static final Verb[] VERBS = Verb.values();
  private static final byte[][] KIND_NAMES =
      Arrays.stream(VERBS).map(verb -> ascii(verb.name())).toArray(byte[][]::new);

  private static final boolean[] HEX = among("0123456789abcdef");
  private static final boolean[] NAME_CHARS =
      among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

  private final byte[] in;
  private final CoveredRanges covered = new CoveredRanges();
  private int at;

  private @Nullable Verb verb;
  private long lamport;
  private @Nullable NeedId needId;
  private @Nullable String nonce;
  private List<EnvelopeId> parents = List.of();
  private int payload;
  private int payloadHash;
  private int policyHash;
  private @Nullable PublicKey sender;
  private final byte[] signature = new byte[SignatureEngine.SIGNATURE_BYTES];
  private int threadId;
  private long timestampNs;

  EnvelopeScan(byte[] in) {
    this.in = in;
  }

  /** Whether this is an envelope of that swarm, nested at most so deep. */
  boolean passes(byte[] swarmId, int depthMax) {
    return depthMax >= LEVELS_MIN
        && literal(ID)
        && hash()
        && literal(KIND)
        && verb()
        && literal(LAMPORT)
        && lamport()
        && needId()
        && nonce()
        && literal(PARENTS)
        && parents()
        && payload(depthMax - 1)
        && literal(PAYLOAD_HASH)
        && payloadHash()
        && literal(POLICY_HASH)
        && policyHash()
        && literal(SENDER)
        && sender()
        && literal(SIGNATURE)
        && signature()
        && literal(SWARM_ID)
        && literal(swarmId)
        && literal(THREAD_ID)
        && threadId()
        && literal(TIMESTAMP)
        && timestamp()
        && literal(VERSION)
        && at == in.length;
  }

  /** The bytes of the envelope. */
  byte[] bytes() {
    return in;
  }

  CoveredRanges covered() {
    return covered;
  }

  /** Where the 64 digits of {@code id} begin. */
  int idStart() {
    return ID.length;
  }

  int payloadStart() {
    return payload;
  }

  /** Where the 64 digits of {@code payload_hash} begin. */
  int payloadHashStart() {
    return payloadHash;
  }

  /** The envelope, once it has passed; its payload is read when it is first asked for. */
  Envelope envelope(String swarmId, int depthMax) {
    int threadEnd = covered.threadEnd - 1;
    var id = new EnvelopeId(hashAt(idStart()));
    return new Envelope(
        id,
        swarmId,
        new ThreadId(text(threadId, threadEnd)),
        Objects.requireNonNull(verb),
        needId == null ? new NeedId(id) : needId,
        lamport,
        Objects.requireNonNull(sender),
        parents,
        nonce,
        hashAt(policyHash),
        hashAt(payloadHash),
        timestampNs,
        JsonObject.recognised(in, payload, covered.payloadEnd, depthMax - 1),
        signature,
        in);
  }

  private boolean literal(byte[] expected) {
    int end = at + expected.length;
    if (end > in.length || !Arrays.equals(in, at, end, expected, 0, expected.length)) {
      return false;
    }
    at = end;
    return true;
  }

  /** Takes the longest run of bytes of a set, and returns how many they were. */
  private int run(boolean[] set) {
    int start = at;
    while (at < in.length && in[at] >= 0 && set[in[at]]) {
      at++;
    }
    return at - start;
  }

  private boolean hash() {
    int end = at + HASH;
    if (end > in.length) {
      return false;
    }
    boolean hex = true;
    for (int i = at; i < end; i++) {
      hex &= HEX[in[i] & 0x7f] & in[i] >= 0;
    }
    at = end;
    return hex;
  }

  private boolean verb() {
    for (int i = 0; i < VERBS.length; i++) {
      // No name is the beginning of another, and the quote follows.
      if (literal(KIND_NAMES[i])) {
        verb = VERBS[i];
        return true;
      }
    }
    return false;
  }

  private boolean lamport() {
    int start = at;
    lamport = digits(LAMPORT_DIGITS_MAX);
    return lamport >= 1 && lamport <= JsonNumber.SAFE_INTEGER_MAX && in[start] != '0';
  }

  /**
   * Returns the number with at most {@code digitsMax} digits, or -1; 19 digits may overflow to a
   * negative number.
   */
  private long digits(int digitsMax) {
    int start = at;
    long value = 0;
    while (at < in.length && in[at] >= '0' && in[at] <= '9' && at - start <= digitsMax) {
      value = 10 * value + (in[at] - '0');
      at++;
    }
    return at == start || at - start > digitsMax ? -1 : value;
  }

  private boolean needId() {
    if (!Objects.requireNonNull(verb).namesNeed()) {
      return true;
    }
    int start = at + NEED_ID.length;
    if (!literal(NEED_ID) || !hash()) {
      return false;
    }
    needId = new NeedId(hashAt(start));
    return at < in.length && in[at++] == '"';
  }

  private boolean nonce() {
    if (verb != Verb.NEED) {
      return true;
    }
    int start = at + NONCE.length;
    if (!literal(NONCE) || start >= in.length || in[start] != '"') {
      return false;
    }
    int end = CanonicalScan.valueEnd(in, start, 0);
    if (end < 0) {
      return false;
    }
    at = end;
    nonce = printable(start + 1, end - 1);
    return nonce != null;
  }

  /** The nonce between these offsets, unescaped, or null if it breaks its rule. */
  private @Nullable String printable(int start, int end) {
    boolean escaped = false;
    for (int i = start; i < end; i++) {
      if (in[i] < ' ' || in[i] > '~') {
        return null;
      }
      escaped |= in[i] == '\\';
    }
    String text = text(start, end);
    if (escaped) {
      text = unescaped(text);
    }
    return text != null && !text.isEmpty() && text.length() <= FieldRules.NONCE_CHARS_MAX
        ? text
        : null;
  }

  /** All other escapes are of characters that a nonce cannot have. */
  private static @Nullable String unescaped(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
        if (c != '\\' && c != '"') {
          return null;
        }
      }
      out.append(c);
    }
    return out.toString();
  }

  private boolean parents() {
    int first = at + 1;
    int count = 0;
    while (at < in.length && in[at] == '"') {
      int start = ++at;
      int last = start - PARENT_STEP;
      boolean rises =
          hash() && (count == 0 || Arrays.compare(in, last, last + HASH, in, start, at) < 0);
      if (!rises || at + 2 > in.length || in[at++] != '"') {
        return false;
      }
      count++;
      if (in[at] != ',') {
        break;
      }
      at++;
    }
    parents = parentsAt(first, count);
    boolean none = count == 0;
    return count <= FieldRules.parentsMax(Objects.requireNonNull(verb))
        && none == (lamport == 1)
        && in[at - 1] != ',';
  }

  private List<EnvelopeId> parentsAt(int first, int count) {
    if (count == 0) {
      return List.of();
    }
    var ids = new EnvelopeId[count];
    for (int i = 0; i < count; i++) {
      ids[i] = new EnvelopeId(hashAt(first + i * PARENT_STEP));
    }
    return List.of(ids);
  }

  private boolean payload(int levels) {
    covered.parentsEnd = at + 1;
    if (!literal(PAYLOAD) || at == in.length || in[at] != '{') {
      return false;
    }
    payload = at;
    at = CanonicalScan.valueEnd(in, at, levels);
    covered.payloadEnd = at;
    return at >= 0;
  }

  private boolean payloadHash() {
    payloadHash = at;
    return hash();
  }

  private boolean policyHash() {
    policyHash = at;
    return hash();
  }

  private boolean sender() {
    int end = at + PublicKey.BASE64_LENGTH;
    if (end > in.length) {
      return false;
    }
    sender = PublicKey.ofBase64(in, at);
    at = end;
    covered.senderEnd = end + 1;
    return sender != null;
  }

  private boolean signature() {
    int end = at + SIGNATURE_LENGTH;
    if (end > in.length) {
      return false;
    }
    boolean spelled = Base64Text.read(in, at, signature, 0, SignatureEngine.SIGNATURE_BYTES);
    at = end;
    covered.signatureEnd = end + 1;
    return spelled;
  }

  private boolean threadId() {
    threadId = at;
    int length = run(NAME_CHARS);
    covered.threadEnd = at + 1;
    return length >= 1 && length <= EnvelopeIds.THREAD_ID_CHARS_MAX;
  }

  private boolean timestamp() {
    int start = at;
    timestampNs = digits(TIMESTAMP_DIGITS_MAX);
    // Nineteen digits may be more than a long holds, which then is negative.
    return timestampNs >= 0 && (in[start] != '0' || at == start + 1);
  }

  private String hashAt(int start) {
    return text(start, start + HASH);
  }

  private String text(int start, int end) {
    return new String(in, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean[] among(String ascii) {
    var set = new boolean[0x80];
    for (char c : ascii.toCharArray()) {
      set[c] = true;
    }
    return set;
  }
}
