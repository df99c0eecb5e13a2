package dev.canswarm.config;

/** The form of a line of the log. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** One JSON object a line, for what collects logs. */
  JSON
}
