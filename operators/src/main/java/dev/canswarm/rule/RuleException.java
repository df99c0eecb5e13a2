package dev.canswarm.rule;

/** A module that cannot be a rule. The message names the module and what is wrong with it. */
public final class RuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RuleException(String name, String problem) {
    super("rule " + name + ": " + problem);
  }

  RuleException(String name, String problem, Throwable cause) {
    super("rule " + name + ": " + problem, cause);
  }
}
