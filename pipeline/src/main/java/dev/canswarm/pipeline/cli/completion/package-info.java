/** {@code ./swarm completion}. */
@NullMarked
package dev.canswarm.pipeline.cli.completion;

import org.jspecify.annotations.NullMarked;
