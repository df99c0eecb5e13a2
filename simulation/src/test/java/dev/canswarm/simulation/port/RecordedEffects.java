package dev.canswarm.simulation.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemoryBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Keeps one line for each effect that it hears of. */
final class RecordedEffects implements Observer {
  final List<String> lines = new ArrayList<>();

  private void add(int node, String what) {
    lines.add("node " + node + " " + what);
  }

  @Override
  public void filled(int node, List<SlotRow> candidates, List<SlotRow> held) {
    for (int i = 0; i < candidates.size(); i++) {
      SlotRow row = held.get(i);
      add(
          node,
          "fills %s with %s, which holds %s since %s"
              .formatted(
                  candidates.get(i).slot(), candidates.get(i).id(), row.id(), row.storedMillis()));
    }
  }

  @Override
  public void appended(int node, MemoryBroker.Stored entry) {
    byte[] value = Objects.requireNonNull(entry.value());
    add(node, "sends " + new String(value, StandardCharsets.UTF_8));
  }

  @Override
  public void inFlight(int node, int records) {
    add(node, "holds " + records);
  }

  @Override
  public void acknowledged(int node, Delivery delivery) {
    add(node, "acknowledges " + delivery.topic() + "/" + delivery.offset());
  }

  @Override
  public void closed(int node, NeedId needId) {
    add(node, "closes " + needId);
  }

  @Override
  public void answered(int node, GateAnswer answer) {
    add(node, "is answered " + answer.getClass().getSimpleName());
  }

  @Override
  public void audited(int node, AuditEvent event) {
    add(node, "audits " + event.note());
  }
}
