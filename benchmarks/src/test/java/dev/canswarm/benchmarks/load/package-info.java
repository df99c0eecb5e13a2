/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load;

import org.jspecify.annotations.NullMarked;
