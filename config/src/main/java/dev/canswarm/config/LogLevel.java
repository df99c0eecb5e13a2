package dev.canswarm.config;

/** The least severe messages that are logged. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
