package dev.canswarm.pipeline.follow;

/**
 * Counts and latencies of a span of time, of the whole swarm.
 *
 * @param spanMillis how long it was
 * @param began NEEDs that were stored
 * @param accepted NEEDs that ended so
 * @param rejected NEEDs that ended so
 * @param expired NEEDs that ended so
 * @param refused dead letters
 * @param timed number of ends that the latencies are computed from: those whose NEED is stored
 * @param medianMillis from NEED to FINALIZE; 0 if none is timed
 * @param p95Millis from NEED to FINALIZE; 0 if none is timed
 */
public record Rates(
    long spanMillis,
    int began,
    int accepted,
    int rejected,
    int expired,
    int refused,
    int timed,
    long medianMillis,
    long p95Millis) {}
