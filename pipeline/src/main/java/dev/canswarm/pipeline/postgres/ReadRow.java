package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;

/** A row of the answer to {@link Sql#READ}. */
sealed interface ReadRow {
  /** A row of a NEED's scope. */
  record OfScope(SlotRow row) implements ReadRow {}

  /** A NEED's own row. */
  record Own(SlotRow row) implements ReadRow {}

  /** The timer of a NEED. */
  record Timer(OpenNeed open) implements ReadRow {}
}
