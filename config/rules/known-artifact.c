/*
 * A rule for COMMIT: refuses an artifact that is known to say nothing, by its hash, also among those that it builds on.
 * Here that is "{}", which a count of no words gives.
 *
 * It reads the envelope as bytes: canonical JSON has one spelling of a hash.
 */

typedef unsigned int size;
typedef unsigned long long result;

enum { INPUT_BYTES_MAX = 65536 };

static const char KNOWN[] = "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"";
static const char SAYS_NOTHING[] = "the artifact is {}, which says nothing";

static char memory_for_input[INPUT_BYTES_MAX];

static int begins(const char *text, const char *with, size length) {
  for (size i = 0; i < length; i++) {
    if (text[i] != with[i]) {
      return 0;
    }
  }
  return 1;
}

/* Where the host writes so many bytes; it refuses an address at which they do not fit. */
__attribute__((export_name("input"))) char *input(size length) {
  return length <= INPUT_BYTES_MAX ? memory_for_input : (char *)~(size)0;
}

/* 0 to allow; otherwise the address of the reason in the upper 32 bits, and its length in the lower ones. */
__attribute__((export_name("evaluate"))) result evaluate(
    const char *envelope, size length, const char *parents, size parents_length) {
  (void)parents;
  (void)parents_length;
  size known_length = sizeof KNOWN - 1;
  for (size at = 0; at + known_length <= length; at++) {
    if (begins(envelope + at, KNOWN, known_length)) {
      return ((result)(size)SAYS_NOTHING << 32) | (sizeof SAYS_NOTHING - 1);
    }
  }
  return 0;
}
