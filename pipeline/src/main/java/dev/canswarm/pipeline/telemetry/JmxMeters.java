package dev.canswarm.pipeline.telemetry;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Shows a registry under {@code dev.canswarm:type=Meters} of this JVM's MBean server, which costs
 * nothing until somebody asks: the load harness does. No port is opened. Reading is thread-safe.
 */
public final class JmxMeters implements MetersMXBean, AutoCloseable {
  /** The name of the bean. */
  public static final String NAME = "dev.canswarm:type=Meters";

  private final MeterRegistry registry;
  private final ObjectName name;
  private boolean shown;

  private JmxMeters(MeterRegistry registry, ObjectName name) {
    this.registry = registry;
    this.name = name;
  }

  /**
   * Shows a registry until it is closed. Where this JVM shows one already, that one stays: nothing
   * depends on being seen.
   */
  public static JmxMeters register(MeterRegistry registry) throws JMException {
    JmxMeters meters = new JmxMeters(registry, new ObjectName(NAME));
    try {
      ManagementFactory.getPlatformMBeanServer().registerMBean(meters, meters.name);
      meters.shown = true;
    } catch (InstanceAlreadyExistsException another) {
      meters.shown = false;
    }
    return meters;
  }

  @Override
  public Map<String, Double> getValues() {
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String tags =
          meter.getId().getTags().stream()
              .map(tag -> tag.getKey() + "=" + tag.getValue())
              .collect(Collectors.joining(","));
      for (Measurement measurement : meter.measure()) {
        String statistic = measurement.getStatistic().getTagValueRepresentation();
        values.put(meter.getId().getName() + "{" + tags + "}:" + statistic, measurement.getValue());
      }
    }
    return values;
  }

  @Override
  public void close() throws JMException {
    if (shown) {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }
  }
}
