package dev.canswarm.config;

/** The form of a line of the log. */
public enum LogFormat {
  /** One line of text for each event, for people. */
  TEXT,
  /** One JSON object a line, for what collects logs. */
  JSON
}
