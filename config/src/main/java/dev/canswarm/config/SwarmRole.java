package dev.canswarm.config;

/** What a process can take part as. */
public enum SwarmRole {
  PLANNER,
  DECIDER,
  WORKER,
  VERIFIER,
  COORDINATOR,
  GATEWAY;

  /** As it is written in settings and in the trust file: lower case. */
  public String spelled() {
    return SettingTypes.spelled(this);
  }
}
