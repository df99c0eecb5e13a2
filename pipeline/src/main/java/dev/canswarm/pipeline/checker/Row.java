package dev.canswarm.pipeline.checker;

/** A row of the op-log with an envelope in it. */
record Row(String scope, String slot, String id, String need, String kind, Message message) {
  @Override
  public String toString() {
    return kind + " " + id + " in slot " + slot + " of " + scope;
  }
}
