/** Puts roles, stages and adapters together: reads top to bottom like the architecture. */
@NullMarked
package dev.canswarm.pipeline.wiring;

import org.jspecify.annotations.NullMarked;
