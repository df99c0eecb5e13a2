/** The whole swarm on the real servers. */
@NullMarked
package dev.canswarm.pipeline.wiring;

import org.jspecify.annotations.NullMarked;
