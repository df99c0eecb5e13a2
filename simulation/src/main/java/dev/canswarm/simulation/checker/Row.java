package dev.canswarm.simulation.checker;

/** A row of the op-log that holds an envelope. */
record Row(String scope, String slot, String id, String need, String kind, Message message) {
  @Override
  public String toString() {
    return kind + " " + id + " in slot " + slot + " of " + scope;
  }
}
