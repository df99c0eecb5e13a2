/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.overload;

import org.jspecify.annotations.NullMarked;
