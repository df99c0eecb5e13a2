/** Ports in memory behind a network that can go wrong. */
@NullMarked
package dev.canswarm.pipeline.sim.port;

import org.jspecify.annotations.NullMarked;
