/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.profile;

import org.jspecify.annotations.NullMarked;
