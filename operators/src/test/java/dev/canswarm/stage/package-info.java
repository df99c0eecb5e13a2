/** Tests of the stages, and the swarm in memory that they share. */
@NullMarked
package dev.canswarm.stage;

import org.jspecify.annotations.NullMarked;
