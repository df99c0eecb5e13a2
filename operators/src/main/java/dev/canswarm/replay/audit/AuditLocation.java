package dev.canswarm.replay.audit;

/**
 * A place in a log.
 *
 * @param file the segment's name
 * @param line from 1 on
 */
public record AuditLocation(String file, long line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
