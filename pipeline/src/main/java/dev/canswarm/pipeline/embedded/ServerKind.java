package dev.canswarm.pipeline.embedded;

/** The servers of the stack. */
public enum ServerKind {
  KAFKA("kafka"),
  POSTGRES("postgres"),
  REDIS("redis");

  private final String label;

  ServerKind(String label) {
    this.label = label;
  }

  /** Returns the name in directories, log files, flags ({@code --kafka-port}) and messages. */
  public String label() {
    return label;
  }
}
