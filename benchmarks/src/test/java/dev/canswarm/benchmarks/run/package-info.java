/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.NullMarked;
