package dev.canswarm.replay;

import java.util.ArrayList;
import java.util.List;

/** Collects what a check finds. Not thread-safe. */
final class Findings {
  private final List<Finding> found = new ArrayList<>();

  void fail(String where, String detail) {
    fail(where, detail, "", "");
  }

  void fail(String where, String detail, String expected, String actual) {
    found.add(new Finding.Failure(where, detail, expected, actual));
  }

  void missing(String what) {
    found.add(new Finding.Missing(what));
  }

  void note(String where, String text) {
    found.add(new Finding.Note(where, text));
  }

  Check as(CheckName name, String summary) {
    return new Check(name, summary, found);
  }
}
