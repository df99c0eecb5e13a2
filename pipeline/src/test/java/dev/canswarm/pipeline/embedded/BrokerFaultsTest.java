package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;

class BrokerFaultsTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void aBrokerThatWantsToEndTheProcessEndsItsThreadAndIsHeardOf() {
    Consumer<String> listener = told::add;
    BrokerFaults.listen(listener);
    try {
      assertThatThrownBy(() -> Exit.halt(3, "disk is full"))
          .isInstanceOf(BrokerFaults.FatalFault.class);
      assertThatThrownBy(() -> Exit.exit(1)).isInstanceOf(BrokerFaults.FatalFault.class);
    } finally {
      BrokerFaults.forget(listener);
    }
    assertThat(told)
        .containsExactly(
            "the broker wanted to end the process with status 3: disk is full",
            "the broker wanted to end the process with status 1");

    assertThatThrownBy(() -> Exit.halt(3)).isInstanceOf(BrokerFaults.FatalFault.class);
    assertThat(told).as("after it was forgotten").hasSize(2);
  }
}
