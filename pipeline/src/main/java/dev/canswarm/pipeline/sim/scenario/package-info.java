/** What a run is made of: plain data, drawn from a seed. */
@NullMarked
package dev.canswarm.pipeline.sim.scenario;

import org.jspecify.annotations.NullMarked;
