package dev.canswarm.config;

/**
 * Bounds of the cache of envelopes that this process has signed or verified.
 *
 * @param entriesMax 0: none is kept, every envelope is verified whenever it comes
 * @param bytesMax length of the envelopes together
 */
public record EnvelopeCacheSettings(int entriesMax, long bytesMax) {}
