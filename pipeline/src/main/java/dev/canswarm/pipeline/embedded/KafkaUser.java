package dev.canswarm.pipeline.embedded;

/** The users that log in to the embedded broker, each with its own random password. */
public enum KafkaUser {
  /** The node itself, between its broker and its controller. Nobody else uses it. */
  BROKER("broker"),

  /** The pipeline and the commands: every topic and every group. */
  PIPELINE("pipeline"),

  /** Agents outside: writes and reads the verbs' topics. */
  AGENT("agent");

  private final String user;

  KafkaUser(String user) {
    this.user = user;
  }

  /** Returns the name to log in with. */
  public String user() {
    return user;
  }
}
