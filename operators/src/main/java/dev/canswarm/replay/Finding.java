package dev.canswarm.replay;

/** Something that a check has to say. */
public sealed interface Finding {
  /** The consequence of a finding for its check. */
  Status status();

  /**
   * It does not hold.
   *
   * @param where the record's place, such as {@code 000000000001.jsonl:17}
   * @param expected the bytes that should stand there, as text; empty where nothing is compared
   * @param actual the bytes that do; empty where nothing is compared
   */
  record Failure(String where, String detail, String expected, String actual) implements Finding {
    @Override
    public Status status() {
      return Status.FAIL;
    }
  }

  /** A piece without which nobody can tell. */
  record Missing(String what) implements Finding {
    @Override
    public Status status() {
      return Status.INCOMPLETE;
    }
  }

  /** Something worth knowing that breaks no rule. */
  record Note(String where, String text) implements Finding {
    @Override
    public Status status() {
      return Status.PASS;
    }
  }
}
