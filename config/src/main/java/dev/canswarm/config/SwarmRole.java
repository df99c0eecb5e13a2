package dev.canswarm.config;

/** A role that a process can play. */
public enum SwarmRole {
  PLANNER,
  DECIDER,
  WORKER,
  VERIFIER,
  COORDINATOR,
  GATEWAY;

  /** Returns the lower-case name that settings and trust files use. */
  public String spelled() {
    return SettingTypes.spelled(this);
  }
}
