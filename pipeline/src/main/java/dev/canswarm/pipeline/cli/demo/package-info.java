/** {@code ./swarm demo}: the whole swarm for one run. */
@NullMarked
package dev.canswarm.pipeline.cli.demo;

import org.jspecify.annotations.NullMarked;
