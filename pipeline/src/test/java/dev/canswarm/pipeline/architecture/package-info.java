/** What the modules and the adapters may know of each other, as rules that run with the tests. */
@NullMarked
package dev.canswarm.pipeline.architecture;

import org.jspecify.annotations.NullMarked;
