/*
 * A rule for COMMIT: refuses an artifact that is known to say nothing, by its hash. Here that is "{}", which a count of
 * no words gives.
 *
 * It reads the envelope as bytes. Canonical JSON has one spelling, and within a string every quotation mark is escaped,
 * so "artifact":" is found as the name of a member and nowhere else.
 */

typedef unsigned int size;
typedef unsigned long long result;

enum { INPUT_BYTES_MAX = 65536, HASH_CHARS = 64 };

static const char NAME[] = "\"artifact\":\"";
static const char KNOWN[] = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
static const char NONE[] = "expected a member artifact, got none";
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

static result refuse(const char *reason, size length) {
  return ((result)(size)reason << 32) | length;
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
  size name_length = sizeof NAME - 1;
  for (size at = 0; at + name_length + HASH_CHARS <= length; at++) {
    if (begins(envelope + at, NAME, name_length)) {
      return begins(envelope + at + name_length, KNOWN, HASH_CHARS)
          ? refuse(SAYS_NOTHING, sizeof SAYS_NOTHING - 1)
          : 0;
    }
  }
  return refuse(NONE, sizeof NONE - 1);
}
