/** {@code ./swarm status}: the state of the running stack. */
@NullMarked
package dev.canswarm.pipeline.cli.status;

import org.jspecify.annotations.NullMarked;
