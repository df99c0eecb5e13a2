/** Where the CPU time of the pipeline goes. */
@NullMarked
package dev.canswarm.benchmarks.load.profile;

import org.jspecify.annotations.NullMarked;
