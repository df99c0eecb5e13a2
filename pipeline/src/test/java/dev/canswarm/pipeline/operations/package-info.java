/** The files by which a swarm is watched. */
@NullMarked
package dev.canswarm.pipeline.operations;

import org.jspecify.annotations.NullMarked;
