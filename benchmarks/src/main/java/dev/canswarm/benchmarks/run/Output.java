package dev.canswarm.benchmarks.run;

import java.io.PrintStream;

/**
 * The command's output: results go to standard output, everything else to standard error.
 *
 * @param json whether the result is one JSON object
 */
record Output(PrintStream out, PrintStream err, boolean json) {

  /** Prints a line of the result. */
  void result(String line) {
    out.println(line);
  }

  /** Prints a line of progress or an error. */
  void note(String line) {
    err.println(line);
  }
}
