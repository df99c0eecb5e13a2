package dev.canswarm.simulation.scenario;

/** The server or file store behind a port. */
public enum Server {
  KAFKA,
  POSTGRES,
  REDIS,
  ARTIFACTS,
  AUDIT
}
