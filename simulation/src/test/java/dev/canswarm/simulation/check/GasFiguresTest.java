package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GasFiguresTest {
  private final ObservedSwarm swarm = new ObservedSwarm();
  private final Envelope need = swarm.need("nonce");
  private final ObservedEnvelope observed =
      Objects.requireNonNull(ObservedEnvelope.of(need.bytes()));
  private final GasFigures figures = new GasFigures();

  private @Nullable String differs(int node, Direction direction, long gas) {
    return figures.differs(node, event(direction, need.bytes()).withGas(gas), observed);
  }

  private static AuditEvent event(Direction direction, byte[] content) {
    return new AuditEvent(direction, "swarm.need", 0, 0, content, "");
  }

  @Test
  void theSameFigureOnEveryNodeIsRight() {
    assertThat(differs(0, Direction.PUBLISHED, 42)).isNull();
    assertThat(differs(1, Direction.DELIVERED, 42)).isNull();
    assertThat(figures.of(observed, need.bytes())).isEqualTo(42);
  }

  @Test
  void anotherFigureIsSaidWithBothNodes() {
    assertThat(differs(0, Direction.PUBLISHED, 42)).isNull();
    assertThat(differs(3, Direction.DELIVERED, 43))
        .isEqualTo(
            "NEED " + need.id().text().substring(0, 8) + " cost node 0 42 gas, and node 3 43");
    assertThat(figures.of(observed, need.bytes())).as("the first one stays").isEqualTo(42);
  }

  @Test
  void whatWasRefusedOrNotEvaluatedOrIsNoEnvelopeIsLeftOut() {
    assertThat(differs(0, Direction.DEAD_LETTERED, 7)).isNull();
    assertThat(differs(0, Direction.DELIVERED, 0)).isNull();
    AuditEvent junk = event(Direction.RAW_DELIVERED, new byte[] {'{'}).withGas(9);
    assertThat(figures.differs(0, junk, null)).isNull();
    assertThat(figures.of(observed, need.bytes())).isZero();
    assertThat(differs(1, Direction.DELIVERED, 42)).isNull();
  }

  @Test
  void anEnvelopeOfAnotherLengthHasAFigureOfItsOwn() {
    assertThat(differs(0, Direction.PUBLISHED, 42)).isNull();
    byte[] longer = new byte[need.bytes().length + 1];
    assertThat(figures.of(observed, longer)).isZero();
    AuditEvent again = event(Direction.PUBLISHED, longer).withGas(50);
    assertThat(figures.differs(0, again, observed)).isNull();
  }
}
