/** Takes FINALIZEs as they come and checks them afterwards. */
@NullMarked
package dev.canswarm.benchmarks.load.collect;

import org.jspecify.annotations.NullMarked;
