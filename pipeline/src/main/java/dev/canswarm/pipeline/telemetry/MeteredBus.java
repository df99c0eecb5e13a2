package dev.canswarm.pipeline.telemetry;

import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bus whose records are counted by topic ({@code swarm.kafka.received.records}, {@code
 * swarm.kafka.sent.records}), whose sends are timed ({@code swarm.kafka.send}), and whose lag shows
 * for each topic and partition that this process has ({@code swarm.kafka.lag.records}).
 * Thread-safe.
 */
public final class MeteredBus extends ForwardingBus {
  private final Map<String, Counter> received;
  private final Map<String, Counter> sent;
  private final CallTimer sends;
  private final MultiGauge lag;
  private final List<String> topicsRead;

  /**
   * @param topicsRead those that this process reads
   * @param nanos a clock that never goes back
   */
  public MeteredBus(Bus bus, List<String> topicsRead, MeterRegistry registry, LongSupplier nanos) {
    super(bus);
    this.topicsRead = List.copyOf(topicsRead);
    this.received =
        counters(registry, "swarm.kafka.received.records", "Records received, repeated ones too");
    this.sent = counters(registry, "swarm.kafka.sent.records", "Records that Kafka acknowledged");
    this.sends =
        new CallTimer(
            registry,
            "swarm.kafka.send",
            "Sends of any number of records, until Kafka acknowledges all",
            "send",
            nanos,
            new AtomicBoolean());
    this.lag =
        MultiGauge.builder("swarm.kafka.lag")
            .description("Records that this process knows of and was not given yet")
            .baseUnit("records")
            .register(registry);
  }

  private static Map<String, Counter> counters(
      MeterRegistry registry, String name, String description) {
    Map<String, Counter> counters = new HashMap<>();
    for (String topic : Topics.all()) {
      counters.put(
          topic,
          Counter.builder(name)
              .description(description)
              .tag(MeterNames.TOPIC, topic)
              .register(registry));
    }
    return counters;
  }

  @Override
  public Flux<List<Delivery>> batches() {
    return super.batches().doOnNext(this::count);
  }

  private void count(List<Delivery> batch) {
    for (Delivery delivery : batch) {
      Counter counter = received.get(delivery.topic());
      if (counter != null) {
        counter.increment();
      }
    }
  }

  @Override
  public Mono<Void> send(List<OutgoingRecord> records) {
    return records.isEmpty()
        ? super.send(records)
        : sends.timed(super.send(records)).doOnSuccess(done -> countSent(records));
  }

  private void countSent(List<OutgoingRecord> records) {
    for (OutgoingRecord record : records) {
      Counter counter = sent.get(record.topic());
      if (counter != null) {
        counter.increment();
      }
    }
  }

  /** Takes the lag of the partitions that this process has now; called before metrics are read. */
  public void refresh() {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (int partition : assignedPartitions()) {
      for (String topic : topicsRead) {
        rows.add(
            MultiGauge.Row.of(
                Tags.of(MeterNames.TOPIC, topic, "partition", Integer.toString(partition)),
                lag(topic, partition)));
      }
    }
    lag.register(rows, true);
  }
}
