/** Thin Flux operators that put the roles between the ports. */
@NullMarked
package dev.canswarm.stage;

import org.jspecify.annotations.NullMarked;
