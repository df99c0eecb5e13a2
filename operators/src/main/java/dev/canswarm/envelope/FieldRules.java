package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonNumber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the fields of an envelope, the same for one that is read and one that is about to
 * be signed. Stateless.
 */
final class FieldRules {
  /** Most characters of a nonce. */
  static final int NONCE_CHARS_MAX = 256;

  /**
   * The most parents that fit into the longest envelope. The policy's {@code parents_max} is lower;
   * that is checked where the policy is known.
   */
  private static final int PARENTS_MAX = EnvelopeLimits.DEFAULT_BYTES_MAX / (Sha256.HEX_LENGTH + 3);

  private FieldRules() {}

  static void threadId(String actual) {
    if (!EnvelopeIds.isThreadId(actual)) {
      throw refused(Reason.BAD_THREAD_ID, "thread_id", ThreadId.FORM, actual);
    }
  }

  static void swarmId(String actual, String expected) {
    if (!actual.equals(expected)) {
      throw refused(Reason.WRONG_SWARM, "swarm_id", expected, actual);
    }
  }

  static void hash(String name, String actual) {
    if (!Sha256.isHex(actual)) {
      throw refused(Reason.BAD_SHAPE, name, "64 lower-case hex digits", actual);
    }
  }

  static void needId(Verb verb, @Nullable String actual) {
    if (!verb.namesNeed()) {
      if (actual != null) {
        throw refused(Reason.BAD_SHAPE, "need_id", "none on a " + verb, actual);
      }
    } else if (actual == null) {
      throw refused(Reason.BAD_SHAPE, "need_id", "the NEED's id on a " + verb, "nothing");
    } else {
      hash("need_id", actual);
    }
  }

  static void nonce(Verb verb, @Nullable String actual) {
    if (verb != Verb.NEED) {
      if (actual != null) {
        throw refused(Reason.BAD_SHAPE, "nonce", "none but on a NEED", actual);
      }
    } else if (actual == null || !isPrintableAscii(actual)) {
      throw refused(
          Reason.BAD_SHAPE,
          "nonce",
          "1 to " + NONCE_CHARS_MAX + " printable ASCII characters on a NEED",
          actual == null ? "nothing" : actual);
    }
  }

  /** The most parents of a verb: none on a NEED, and at most one on a CONTROL. */
  static int parentsMax(Verb verb) {
    return switch (verb) {
      case NEED -> 0;
      case CONTROL -> 1;
      case PROPOSE, CLAIM, COMMIT, ATTEST, DECIDE, FINALIZE, YIELD, RELEASE, CANCEL -> PARENTS_MAX;
    };
  }

  /** Sorted, each once, so that one set of parents has one id; no more than the verb may have. */
  static void parents(Verb verb, List<String> actual) {
    int max = parentsMax(verb);
    if (actual.size() > max) {
      String expected = max == 0 ? "none on a " + verb : "at most " + max + " on a " + verb;
      throw refused(Reason.BAD_SHAPE, "parents", expected, actual.size() + " of them");
    }
    for (int i = 0; i < actual.size(); i++) {
      // The name is made for a refusal alone: every envelope comes this way.
      if (!Sha256.isHex(actual.get(i))) {
        hash("parents/" + i, actual.get(i));
      }
      if (i > 0 && actual.get(i - 1).compareTo(actual.get(i)) >= 0) {
        throw refused(
            Reason.BAD_SHAPE, "parents/" + i, "more than " + actual.get(i - 1), actual.get(i));
      }
    }
  }

  /** The rule that needs no parents: 1 is for those that have none, and for no other. */
  static void lamport(long actual, boolean isWithoutParents) {
    if (actual < 1 || actual > JsonNumber.SAFE_INTEGER_MAX) {
      throw refused(Reason.BAD_SHAPE, "lamport", "1 to 2^53-1", String.valueOf(actual));
    }
    if (isWithoutParents && actual != 1) {
      throw refused(Reason.BAD_LAMPORT, "lamport", "1 without parents", String.valueOf(actual));
    }
    if (!isWithoutParents && actual == 1) {
      throw refused(Reason.BAD_LAMPORT, "lamport", "more than 1 with parents", "1");
    }
  }

  static RefusedException refused(Reason reason, String where, String expected, String actual) {
    return new RefusedException(
        reason, where + ": expected " + expected + ", got " + shortened(actual));
  }

  private static boolean isPrintableAscii(String text) {
    if (text.isEmpty() || text.length() > NONCE_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String shortened(String text) {
    return text.length() <= 140 ? text : text.substring(0, 140) + "… of " + text.length();
  }
}
