package dev.canswarm.config;

/**
 * The bounds of the cache of envelopes that this process has signed or verified.
 *
 * @param entriesMax the number of envelopes; 0 turns the cache off, so that every received envelope
 *     is verified
 * @param bytesMax the total length of the cached envelopes, in bytes
 */
public record EnvelopeCacheSettings(int entriesMax, long bytesMax) {}
