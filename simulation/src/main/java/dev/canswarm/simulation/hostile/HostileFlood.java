package dev.canswarm.simulation.hostile;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends bad records among good NEEDs to a running swarm, and reports every record that did not end
 * as {@link BadSort} states. Blocks; used by one thread.
 */
public final class HostileFlood {
  /** The thread of the NEED that real envelopes are taken from. */
  public static final String MODEL_THREAD = "flood-model";

  /** The threads of good NEEDs begin with this. */
  static final String GOOD = "flood-good-";

  private static final String PAYLOAD =
      "{\"input\":{\"text\":\"%s\"},\"task_type\":\"hash.sha256\"%s}";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration SENT_MAX = Duration.ofSeconds(60);
  private static final int TRANSACTION_RECORDS = 16;
  private static final int WRONG_SHOWN_MAX = 20;
  private static final long FLUSH_EVERY = 500;
  private static final long PROGRESS_SECONDS = 10;

  /**
   * Pause between two polls: each reads the topics from the beginning, on the cores that the swarm
   * needs.
   */
  private static final Duration POLL_EVERY = Duration.ofSeconds(2);

  /** Orphans stay until the deadline and cost a row each, so there are fewer of them. */
  private static final int ORPHAN_EVERY = 10;

  /** Records aimed at live NEEDs need a good NEED each, so there are fewer of them. */
  private static final int LIVE_EVERY = 10;

  private static final List<BadSort> LIVE =
      Arrays.stream(BadSort.values()).filter(BadSort::isAtLiveNeed).toList();

  private static final List<BadSort> MIXED =
      Arrays.stream(BadSort.values()).filter(sort -> !sort.isAtLiveNeed()).toList();

  /** What the headers of a dead letter say of its record. */
  private record LetterHeaders(String reason, String detail) {}

  private final Map<String, Object> client;
  private final EnvelopeCodec codec;
  private final Consumer<String> progress;
  private final Map<String, BadSort> positions = new ConcurrentHashMap<>();
  private final Map<BadSort, Integer> sent = new EnumMap<>(BadSort.class);
  private final List<String> failures = new ArrayList<>();

  /** Good NEEDs that ended as anything but ACCEPTED, by thread. */
  private final Map<String, String> endedOtherwise = new TreeMap<>();

  private int needs;
  private int liveSent;
  private long lastProgressNanos = System.nanoTime();

  /**
   * @param client properties of a login that may write every topic
   * @param codec of the swarm
   * @param progress receives a line every ten seconds while the flood is sent and ends
   */
  public HostileFlood(Map<String, Object> client, EnvelopeCodec codec, Consumer<String> progress) {
    this.client = Map.copyOf(client);
    this.codec = codec;
    this.progress = progress;
  }

  /** Sends entries of the control chain; {@link Retirements#awaitStored} waits for them. */
  public void enter(List<Envelope> entries) {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (Envelope entry : entries) {
        producer.send(
            new ProducerRecord<>(
                entry.verb().topic(), text(entry.threadId().text()), entry.bytes()));
      }
    }
  }

  /** Sends the NEED that real envelopes are taken from, and returns all of its envelopes. */
  public List<Envelope> model(Duration patience) throws InterruptedException, TimeoutException {
    String payload =
        PAYLOAD.formatted("model", ",\"idempotency_key\":\"" + HostileRecords.USED_KEY + "\"");
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>(Topics.INTAKE, text(MODEL_THREAD), text(payload)));
    }
    List<Envelope> model = new ArrayList<>();
    long deadline = System.nanoTime() + patience.toNanos();
    while (model.stream().noneMatch(envelope -> envelope.verb() == Verb.FINALIZE)) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException("the model NEED has no FINALIZE within " + patience);
      }
      model.clear();
      read(
          Topics.ofVerbs(),
          message -> {
            if (Arrays.equals(message.key(), text(MODEL_THREAD))) {
              model.add(codec.decodeAndVerify(message.value()));
            }
          });
    }
    return List.copyOf(model);
  }

  /**
   * Sends the flood and waits for the ends.
   *
   * @param bad how many bad records, of all sorts in turn
   * @param good how many NEEDs among them
   * @param patience longest wait after the last record; longer than the policy's deadline
   * @param superseded tells, by {@code topic/partition/offset}, which records the audit logs call
   *     SUPERSEDED
   */
  public FloodReport run(
      HostileRecords records,
      int bad,
      int good,
      Duration patience,
      Function<Collection<String>, Set<String>> superseded)
      throws InterruptedException {
    long startedNanos = System.nanoTime();
    send(records, bad, good);
    Set<String> accepted = new HashSet<>();
    Map<String, List<LetterHeaders>> letters = new HashMap<>();
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      poll(accepted, letters);
      List<String> wrong = wrong(letters);
      boolean ended = accepted.size() + endedOtherwise.size() == needs && wrong.isEmpty();
      report("%d of %d NEEDs accepted, %d dead letters", accepted.size(), needs, letters.size());
      if (ended || System.nanoTime() - deadline > 0) {
        wrong.addAll(unsuperseded(superseded));
        wrong.addAll(failures);
        wrong.addAll(endedOtherwise.values());
        return new FloodReport(
            new TreeMap<>(sent),
            needs,
            accepted.size(),
            wrong.subList(0, Math.min(wrong.size(), WRONG_SHOWN_MAX)),
            wrong.size(),
            (System.nanoTime() - startedNanos) / 1e9,
            FloodCost.UNKNOWN);
      }
      Thread.sleep(POLL_EVERY.toMillis());
    }
  }

  private void report(String line, Object... figures) {
    long nowNanos = System.nanoTime();
    if (nowNanos - lastProgressNanos >= TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)) {
      lastProgressNanos = nowNanos;
      progress.accept(line.formatted(figures));
    }
  }

  private void send(HostileRecords records, int bad, int good) throws InterruptedException {
    Map<BadSort, List<BadRecord>> transactional = new EnumMap<>(BadSort.class);
    try (KafkaProducer<byte[], byte[]> plain = producer(Map.of("buffer.memory", 64L << 20));
        KafkaProducer<byte[], byte[]> packed = producer(Map.of("compression.type", "gzip"))) {
      // Before everything else, so that they have arrived before the NEEDs that they are about.
      int atLive = Math.max(1, bad / BadSort.values().length / LIVE_EVERY);
      for (int i = 0; i < atLive; i++) {
        for (BadSort sort : LIVE) {
          send(plain, records.next(sort));
        }
      }
      plain.flush();
      int sentGood = 0;
      for (int i = 0; i < bad - atLive * LIVE.size(); i++) {
        BadRecord record = records.next(sortOf(i));
        if (record.sort().isInTransaction()) {
          transactional.computeIfAbsent(record.sort(), first -> new ArrayList<>()).add(record);
          sent.merge(record.sort(), 1, Integer::sum);
        } else {
          boolean isPacked = record.sort() == BadSort.HUGE || record.sort() == BadSort.PADDED;
          send(isPacked ? packed : plain, record);
        }
        if (sentGood < (long) good * (i + 1) / bad) {
          good(plain, sentGood++);
        }
        if (i % FLUSH_EVERY == FLUSH_EVERY - 1) {
          plain.flush();
          live(plain, records);
          report("%d of %d bad records and %d of %d NEEDs sent", i + 1, bad, sentGood, good);
        }
      }
      live(plain, records);
      while (sentGood < good) {
        good(plain, sentGood++);
      }
      plain.flush();
      packed.flush();
    }
    transactions(transactional.getOrDefault(BadSort.COMMITTED, List.of()), true);
    transactions(transactional.getOrDefault(BadSort.ABORTED, List.of()), false);
  }

  private static BadSort sortOf(int number) {
    BadSort sort = MIXED.get(number % MIXED.size());
    return sort == BadSort.ORPHAN && number / MIXED.size() % ORPHAN_EVERY != 0
        ? BadSort.NOT_JSON
        : sort;
  }

  /** Sends the NEEDs at which records were aimed, once. */
  private void live(KafkaProducer<byte[], byte[]> producer, HostileRecords records) {
    List<Envelope> live = records.liveNeeds();
    for (Envelope need : live.subList(liveSent, live.size())) {
      producer.send(
          new ProducerRecord<>(need.verb().topic(), text(need.threadId().text()), need.bytes()));
      needs++;
    }
    liveSent = live.size();
  }

  private void good(KafkaProducer<byte[], byte[]> producer, int number) {
    String payload = PAYLOAD.formatted("good " + number, "");
    producer.send(new ProducerRecord<>(Topics.INTAKE, text(GOOD + number), text(payload)));
    needs++;
  }

  private void send(KafkaProducer<byte[], byte[]> producer, BadRecord record) {
    sent.merge(record.sort(), 1, Integer::sum);
    producer.send(
        new ProducerRecord<>(record.topic(), record.key(), record.value()),
        (at, failure) -> {
          if (failure == null) {
            positions.put(position(at), record.sort());
          } else {
            synchronized (failures) {
              failures.add(record.sort() + " could not be sent: " + failure);
            }
          }
        });
  }

  private static String position(RecordMetadata at) {
    return at.topic() + "/" + at.partition() + "/" + at.offset();
  }

  private void transactions(List<BadRecord> records, boolean commits) throws InterruptedException {
    if (records.isEmpty()) {
      return;
    }
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of("transactional.id", "flood-" + System.nanoTime()))) {
      producer.initTransactions();
      for (int from = 0; from < records.size(); from += TRANSACTION_RECORDS) {
        producer.beginTransaction();
        for (BadRecord record :
            records.subList(from, Math.min(records.size(), from + TRANSACTION_RECORDS))) {
          RecordMetadata at =
              producer
                  .send(new ProducerRecord<>(record.topic(), record.key(), record.value()))
                  .get(SENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
          if (commits) {
            positions.put(position(at), record.sort());
          }
        }
        if (commits) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      failures.add("the records of transactions could not be sent: " + e);
    }
  }

  /** Reads again from the beginning: what counts is what the topics hold at the end. */
  private void poll(Set<String> accepted, Map<String, List<LetterHeaders>> letters) {
    letters.clear();
    read(
        List.of(Topics.DEAD_LETTERS),
        message ->
            letters
                .computeIfAbsent(
                    header(message, "swarm-topic")
                        + "/"
                        + header(message, "swarm-partition")
                        + "/"
                        + header(message, "swarm-offset"),
                    position -> new ArrayList<>())
                .add(
                    new LetterHeaders(
                        header(message, "swarm-reason"), header(message, "swarm-detail"))));
    read(
        List.of(Verb.FINALIZE.topic()),
        message -> {
          String thread = message.key() == null ? "" : string(message.key());
          if (thread.startsWith(GOOD)) {
            outcome(message.value())
                .ifPresent(
                    outcome -> {
                      if (outcome == Finalize.Outcome.ACCEPTED) {
                        accepted.add(thread);
                      } else {
                        endedOtherwise.put(
                            thread, "a good NEED, " + thread + ", ended as " + outcome);
                      }
                    });
          }
          if (thread.startsWith("aborted-")) {
            failures.add("a NEED of an aborted transaction ended: " + thread);
          }
        });
  }

  /** Returns how a FINALIZE ends its NEED; empty for what is none. */
  private Optional<Finalize.Outcome> outcome(byte[] value) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      return envelope.verb() == Verb.FINALIZE
          ? Optional.of(Finalize.parse(envelope.payload()).outcome())
          : Optional.empty();
    } catch (RefusedException bad) {
      return Optional.empty();
    }
  }

  private List<String> wrong(Map<String, List<LetterHeaders>> letters) {
    List<String> wrong = new ArrayList<>();
    positions.forEach(
        (position, sort) -> {
          List<LetterHeaders> found = letters.getOrDefault(position, List.of());
          List<String> expected =
              sort.reason().map(reason -> List.of(reason.name())).orElse(List.of());
          if (!found.stream().map(LetterHeaders::reason).toList().equals(expected)
              || !found.stream().allMatch(letter -> letter.detail().contains(sort.detail()))) {
            wrong.add(
                "%s at %s: expected dead letters %s %s, got %s"
                    .formatted(sort, position, expected, sort.detail(), found));
          }
        });
    return wrong;
  }

  private List<String> unsuperseded(Function<Collection<String>, Set<String>> superseded) {
    Set<String> second = new TreeSet<>();
    positions.forEach(
        (position, sort) -> {
          if (sort == BadSort.SECOND_ANSWER) {
            second.add(position);
          }
        });
    second.removeAll(superseded.apply(second));
    return second.stream()
        .map(position -> "SECOND_ANSWER at " + position + " is not SUPERSEDED in an audit log")
        .toList();
  }

  private interface Taker {
    void take(ConsumerRecord<byte[], byte[]> message);
  }

  private void read(Collection<String> topics, Taker taker) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      topics.forEach(
          topic ->
              consumer
                  .partitionsFor(topic)
                  .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < end(ends, one))) {
        consumer.poll(POLL).forEach(taker::take);
      }
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("linger.ms", 2);
    properties.put("max.request.size", 4 << 20);
    properties.putAll(more);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "" : string(header.value());
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
