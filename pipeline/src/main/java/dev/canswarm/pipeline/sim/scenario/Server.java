package dev.canswarm.pipeline.sim.scenario;

/** What stands behind a port. */
public enum Server {
  KAFKA,
  POSTGRES,
  REDIS,
  ARTIFACTS,
  AUDIT
}
