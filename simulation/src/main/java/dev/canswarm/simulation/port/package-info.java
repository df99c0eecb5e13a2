/** Ports in memory behind a network that can go wrong. */
@NullMarked
package dev.canswarm.simulation.port;

import org.jspecify.annotations.NullMarked;
