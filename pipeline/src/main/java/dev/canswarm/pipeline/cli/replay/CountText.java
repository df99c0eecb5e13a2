package dev.canswarm.pipeline.cli.replay;

/** Formats a count with its noun. */
final class CountText {
  private CountText() {}

  static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
