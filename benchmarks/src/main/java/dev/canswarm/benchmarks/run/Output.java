package dev.canswarm.benchmarks.run;

import java.io.PrintStream;

/**
 * Standard output for results, standard error for the rest.
 *
 * @param json whether the result is one object
 */
record Output(PrintStream out, PrintStream err, boolean json) {

  /** A line of the result. */
  void result(String line) {
    out.println(line);
  }

  /** A line beside it. */
  void note(String line) {
    err.println(line);
  }
}
