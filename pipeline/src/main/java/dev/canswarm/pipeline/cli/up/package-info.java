/** {@code ./swarm up}: runs the pipeline until it is stopped. */
@NullMarked
package dev.canswarm.pipeline.cli.up;

import org.jspecify.annotations.NullMarked;
