package dev.canswarm.pipeline.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Names of spans and attributes. Those of messaging are OpenTelemetry's conventions, which are not
 * stable, so that its library has them in a part that may change at any time.
 */
final class SpanNames {
  static final String NEED = "NEED";
  static final String SLOT_LOST = "slot lost";
  static final String DEAD_LETTER = "dead letter";
  static final String RETRY = "retry";
  static final String HELD_BACK = "held back";
  static final String RUN = "run task";
  static final String VERIFY = "verify task";
  static final String ASK_GATE = "ask gate";
  static final String AWAIT_GATE = "await gate";
  static final String DECODE = "decode";
  static final String PROCESS = "process";
  static final String SEND = "send";

  static final String STORED = "stored";
  static final String PERMITTED = "permitted";
  static final String NO_RESULT = "no result";

  static final AttributeKey<String> NEED_ID = AttributeKey.stringKey("swarm.need.id");
  static final AttributeKey<String> THREAD_ID = AttributeKey.stringKey("swarm.thread.id");
  static final AttributeKey<String> VERB = AttributeKey.stringKey("swarm.verb");
  static final AttributeKey<String> SLOT = AttributeKey.stringKey("swarm.slot");
  static final AttributeKey<String> SLOT_KIND = AttributeKey.stringKey("swarm.slot.kind");
  static final AttributeKey<String> SLOT_HELD_BY = AttributeKey.stringKey("swarm.slot.held_by");
  static final AttributeKey<String> STAGE = AttributeKey.stringKey("swarm.stage");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("swarm.outcome");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("swarm.reason");
  static final AttributeKey<String> AGENT = AttributeKey.stringKey("swarm.agent");
  static final AttributeKey<String> TASK_ID = AttributeKey.stringKey("swarm.task.id");
  static final AttributeKey<String> TASK_TYPE = AttributeKey.stringKey("swarm.task.type");
  static final AttributeKey<Long> TASK_ATTEMPT = AttributeKey.longKey("swarm.task.attempt");

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
  static final AttributeKey<String> KEY = AttributeKey.stringKey("messaging.kafka.message.key");
  static final AttributeKey<Long> BODY_BYTES = AttributeKey.longKey("messaging.message.body.size");

  static final String KAFKA = "kafka";

  private SpanNames() {}
}
