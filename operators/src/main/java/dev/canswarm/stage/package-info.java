/**
 * Thin Flux operators that put the roles between the ports.
 *
 * <p>Flat: this package has the stages of one chain and the package-private parts that they share.
 * {@code SwarmChain} is the entry point.
 */
@NullMarked
package dev.canswarm.stage;

import org.jspecify.annotations.NullMarked;
