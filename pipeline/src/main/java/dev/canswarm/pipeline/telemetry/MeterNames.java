package dev.canswarm.pipeline.telemetry;

/** Names and labels that several meters share. */
final class MeterNames {
  static final String TOPIC = "topic";
  static final String VERB = "verb";
  static final String OUTCOME = "outcome";
  static final String REASON = "reason";
  static final String TYPE = "type";
  static final String OPERATION = "operation";

  /** Stands for every value that was not expected, so that nobody outside can add series. */
  static final String OTHER = "other";

  static final String OK = "ok";
  static final String FAILED = "failed";

  private MeterNames() {}
}
