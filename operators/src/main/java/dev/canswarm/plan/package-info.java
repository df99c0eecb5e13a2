/** Plan operations and their merge, a join semilattice. */
@NullMarked
package dev.canswarm.plan;

import org.jspecify.annotations.NullMarked;
