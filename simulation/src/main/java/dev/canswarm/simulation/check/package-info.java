/** The invariants, checked after every event and at the end of a run. */
@NullMarked
package dev.canswarm.simulation.check;

import org.jspecify.annotations.NullMarked;
