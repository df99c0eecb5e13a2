/** {@code ./swarm keys}: the keys of the agents. */
@NullMarked
package dev.canswarm.pipeline.cli.keys;

import org.jspecify.annotations.NullMarked;
