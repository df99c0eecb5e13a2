package dev.canswarm.pipeline.telemetry;

import java.util.Map;

/** The meters of a process for a JMX client on the same machine. */
public interface MetersMXBean {
  /**
   * Every meter's values now, by {@code name{tag=value,…}:statistic}, such as {@code
   * swarm.envelope.cache{result=hit}:count}. Sorted.
   */
  Map<String, Double> getValues();
}
