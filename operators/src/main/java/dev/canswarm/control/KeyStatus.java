package dev.canswarm.control;

/** What a key that the control chain knows may be used for. */
public enum KeyStatus {
  /** It has its roles. */
  IN_FORCE,
  /** It signs for NEEDs that were decided while it was in force, and for nothing else. */
  RETIRED,
  /** Nothing of it is admitted any more. */
  COMPROMISED
}
