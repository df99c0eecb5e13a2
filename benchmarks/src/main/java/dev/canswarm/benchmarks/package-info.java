/** Benchmarks of the hot path: signing, hashing, canonical JSON. */
@NullMarked
package dev.canswarm.benchmarks;

import org.jspecify.annotations.NullMarked;
