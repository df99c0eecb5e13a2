package dev.canswarm.config;

/**
 * The backoff between attempts while a server is unavailable: it starts at {@code firstMillis},
 * doubles, and stays at {@code maxMillis}.
 */
public record RetrySettings(long firstMillis, long maxMillis) {}
