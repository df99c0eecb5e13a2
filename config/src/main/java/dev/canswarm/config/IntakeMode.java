package dev.canswarm.config;

/** Whether the gateway accepts unsigned NEEDs from the intake topic. */
public enum IntakeMode {
  /** Accepts them only with the embedded Kafka, which listens on the loopback interface. */
  AUTO,
  TRUE,
  FALSE
}
