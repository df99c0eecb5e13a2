package dev.canswarm.json;

/** A JSON value that is not of the form that its reader asks for. Terminal. */
public final class ShapeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final String expected;
  private final String actual;

  /**
   * A mismatch.
   *
   * @param where path of the value, such as {@code payload/plan/0/task_type}
   */
  public ShapeException(String where, String expected, String actual) {
    super(where + ": expected " + expected + ", got " + actual);
    this.where = where;
    this.expected = expected;
    this.actual = actual;
  }

  /** Path of the value. */
  public String where() {
    return where;
  }

  /** The form that the reader expects. */
  public String expected() {
    return expected;
  }

  /** The value that was found, shortened. */
  public String actual() {
    return actual;
  }
}
