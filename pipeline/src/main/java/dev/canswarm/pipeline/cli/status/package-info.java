/** {@code ./swarm status}: how the running stack is. */
@NullMarked
package dev.canswarm.pipeline.cli.status;

import org.jspecify.annotations.NullMarked;
