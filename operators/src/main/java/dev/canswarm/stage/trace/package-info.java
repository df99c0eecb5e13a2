/** The events of each NEED that the stages report, from which an adapter makes a trace. */
@NullMarked
package dev.canswarm.stage.trace;

import org.jspecify.annotations.NullMarked;
