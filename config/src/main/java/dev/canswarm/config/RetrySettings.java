package dev.canswarm.config;

/** Waiting between attempts while a store or server is away: from first, doubling, up to max. */
public record RetrySettings(long firstMillis, long maxMillis) {}
