package dev.canswarm.task;

/** A task that cannot be done on this input. Terminal for this attempt. */
public final class TaskException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param detail expected and actual, for a person
   */
  public TaskException(String detail) {
    super(detail);
  }

  public TaskException(String detail, Throwable cause) {
    super(detail, cause);
  }
}
