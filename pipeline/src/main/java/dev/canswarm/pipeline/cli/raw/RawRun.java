package dev.canswarm.pipeline.cli.raw;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.audit.RawAudit;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.cli.kafka.MessageCheck.Standing;
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** {@code ./swarm pub} and {@code ./swarm tap}: raw records. */
final class RawRun {
  private static final int QUEUED_MAX = 256;

  /** A record that the audit log does not hold is not sent. */
  private static final int VALUE_BYTES_MAX = AuditFormat.CONTENT_BYTES_MAX;

  private static final long POLL_MILLIS = 100;
  private static final byte[] NO_BYTES = {};

  /** Partition and offset of what is not sent yet. */
  private static final int NONE = -1;

  private RawRun() {}

  static int pub(PubCommand command, String topic) throws Exception {
    CommandContext context = command.context();
    byte[] value = value(command.text);
    byte @Nullable [] key =
        command.key == null ? null : command.key.getBytes(StandardCharsets.UTF_8);
    DataAccess access = DataAccess.of(command);
    KafkaEndpoint kafka = access.kafka();
    if (!Clients.topics(kafka).contains(topic)) {
      Clients.createTopic(
          kafka,
          topic,
          access.settings().kafka().partitions(),
          access.settings().kafka().replication());
      context.console().note("swarm: made topic " + topic);
    }
    try (RawAudit audit = RawAudit.open(access, context);
        KafkaProducer<byte[], byte[]> producer = Clients.producer(kafka)) {
      // First, and without a position: whatever happens next, nothing is sent that is not audited.
      audit.write(Direction.RAW_PUBLISHED, topic, NONE, NONE, value, "to be sent");
      RecordMetadata sent = Clients.send(producer, new ProducerRecord<>(topic, key, value));
      audit.write(Direction.RAW_PUBLISHED, topic, sent.partition(), sent.offset(), value, "sent");
      context
          .console()
          .result(
              "sent topic=%s partition=%d offset=%d bytes=%d"
                  .formatted(topic, sent.partition(), sent.offset(), value.length));
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("topic", topic);
      members.put("partition", sent.partition());
      members.put("offset", sent.offset());
      context.console().summary(ExitCode.OK, members);
    }
    return ExitCode.OK;
  }

  private static byte[] value(String text) throws CommandException {
    if (!text.equals("-")) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      byte[] value = System.in.readNBytes(VALUE_BYTES_MAX + 1);
      if (value.length > VALUE_BYTES_MAX) {
        throw new CommandException(
            ExitCode.USAGE, "expected at most " + VALUE_BYTES_MAX + " bytes on standard input");
      }
      return value;
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "cannot read standard input: " + e, e);
    }
  }

  static int tap(TapCommand command, String topic) throws Exception {
    CommandContext context = command.context();
    if (command.max != null && command.max < 1) {
      throw new CommandException(ExitCode.USAGE, "--max: expected 1 or more, got " + command.max);
    }
    DataAccess access = DataAccess.of(command);
    KafkaEndpoint kafka = access.kafka();
    SortedSet<String> topics = new TreeSet<>(Clients.topics(kafka));
    if (!topics.contains(topic)) {
      throw new CommandException(
          ExitCode.USAGE, "no topic " + topic + "; there are: " + String.join(", ", topics));
    }
    BlockingQueue<ConsumerRecord<byte[], byte[]>> queue = new ArrayBlockingQueue<>(QUEUED_MAX);
    long count = 0;
    long unverified = 0;
    try (TapCheck check = command.verify ? TapCheck.open(access, context) : null;
        RawAudit audit = RawAudit.open(access, context);
        TopicTail tail =
            TopicTail.start(
                kafka, List.of(topic), command.fromBeginning, "swarm-tap", queue::put)) {
      while (command.max == null || count < command.max) {
        if (context.stop().requested() || context.console().outputClosed()) {
          break;
        }
        if (tail.failure().isPresent()) {
          throw new CommandException(
              ExitCode.ENVIRONMENT,
              "Kafka cannot be read: "
                  + tail.failure().get()
                  + "; see whether it runs: ./swarm status",
              tail.failure().get());
        }
        ConsumerRecord<byte[], byte[]> message = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (message != null) {
          Standing standing = check == null ? null : check.of(message);
          if (standing != null && !standing.isVerified()) {
            unverified++;
          }
          show(context.console(), message, standing);
          byte[] content = message.value() == null ? NO_BYTES : message.value();
          audit.write(
              Direction.RAW_DELIVERED, topic, message.partition(), message.offset(), content);
          count++;
        }
      }
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("topic", topic);
    members.put("records", count);
    if (command.verify) {
      members.put("unverified", unverified);
    }
    context.console().summary(ExitCode.OK, members);
    return ExitCode.OK;
  }

  /**
   * @param standing the result of verification; null without --verify
   */
  static void show(
      Console console, ConsumerRecord<byte[], byte[]> message, @Nullable Standing standing) {
    byte[] value = message.value() == null ? NO_BYTES : message.value();
    if (standing != null) {
      console.result(
          standing.isVerified()
              ? "VERIFIED"
              : "NOT VERIFIED  " + Printable.value(standing.problem()));
    }
    console.result(value);
    console.result("");
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("topic", message.topic());
    members.put("partition", message.partition());
    members.put("offset", message.offset());
    put(members, "key", message.key());
    put(members, "value", message.value());
    if (standing != null) {
      members.put("verified", standing.isVerified());
      if (!standing.isVerified()) {
        members.put("problem", standing.problem());
      }
    }
    console.object("record", members);
  }

  /** Puts the bytes as text if they are UTF-8, or else in base64 under another name. */
  private static void put(Map<String, Object> members, String name, byte @Nullable [] bytes) {
    if (bytes == null) {
      return;
    }
    try {
      members.put(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      members.put(name + "_b64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
