package dev.canswarm.pipeline.cli.replay;

/** Words for people. */
final class Texts {
  private Texts() {}

  static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
