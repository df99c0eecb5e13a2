/** {@code ./swarm thread}: the stored envelopes and tasks of a thread. */
@NullMarked
package dev.canswarm.pipeline.cli.thread;

import org.jspecify.annotations.NullMarked;
