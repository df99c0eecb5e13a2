package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;

class JmxMetersTest {
  @Test
  void metersAreShownByNameTagsAndStatisticUntilTheyAreClosed() throws Exception {
    var registry = new SimpleMeterRegistry();
    registry.counter("looks", "result", "hit").increment(3);
    var server = ManagementFactory.getPlatformMBeanServer();
    var name = new ObjectName(JmxMeters.NAME);
    try (JmxMeters shown = JmxMeters.register(registry)) {
      assertThat(shown.getValues()).containsEntry("looks{result=hit}:count", 3.0);
      // As a client without our classes sees it.
      var table = (TabularData) server.getAttribute(name, "Values");
      assertThat(table.get(new Object[] {"looks{result=hit}:count"}).get("value")).isEqualTo(3.0);
    }
    assertThat(server.isRegistered(name)).isFalse();
  }

  @Test
  void theFirstOneIsShownWhereThereAreTwo() throws Exception {
    var first = new SimpleMeterRegistry();
    first.counter("mine").increment();
    var server = ManagementFactory.getPlatformMBeanServer();
    try (JmxMeters shown = JmxMeters.register(first)) {
      try (JmxMeters other = JmxMeters.register(new SimpleMeterRegistry())) {
        assertThat(other.getValues()).isEmpty();
      }
      var table = (TabularData) server.getAttribute(new ObjectName(JmxMeters.NAME), "Values");
      assertThat(table.values()).hasSameSizeAs(shown.getValues().keySet());
    }
  }
}
