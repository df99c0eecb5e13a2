/** {@code ./swarm trust}: reads and extends the control chain of a running swarm. */
@NullMarked
package dev.canswarm.pipeline.cli.trust;

import org.jspecify.annotations.NullMarked;
