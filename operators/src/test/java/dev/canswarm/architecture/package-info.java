/** The layering and the determinism of the operators as rules that run with the tests. */
@NullMarked
package dev.canswarm.architecture;

import org.jspecify.annotations.NullMarked;
