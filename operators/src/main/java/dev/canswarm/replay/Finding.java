package dev.canswarm.replay;

/** A finding of a check. */
public sealed interface Finding {
  /** The consequence of a finding for its check. */
  Status status();

  /**
   * A failure of the check.
   *
   * @param where the record's place, such as {@code 000000000001.jsonl:17}
   * @param expected the expected bytes, as text; empty if nothing is compared
   * @param actual the bytes found; empty if nothing is compared
   */
  record Failure(String where, String detail, String expected, String actual) implements Finding {
    @Override
    public Status status() {
      return Status.FAIL;
    }
  }

  /** A missing piece, without which the check cannot be decided. */
  record Missing(String what) implements Finding {
    @Override
    public Status status() {
      return Status.INCOMPLETE;
    }
  }

  /** A remark that is not a failure. */
  record Note(String where, String text) implements Finding {
    @Override
    public Status status() {
      return Status.PASS;
    }
  }
}
