/** What is checked after every event, by its name. */
@NullMarked
package dev.canswarm.pipeline.sim.check;

import org.jspecify.annotations.NullMarked;
