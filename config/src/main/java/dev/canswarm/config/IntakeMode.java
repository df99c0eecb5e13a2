package dev.canswarm.config;

/** Whether plain NEEDs are taken from the intake topic. */
public enum IntakeMode {
  /** Where Kafka is the embedded one, which nobody else reaches. */
  AUTO,
  TRUE,
  FALSE
}
