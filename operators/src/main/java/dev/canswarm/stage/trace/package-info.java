/** What the stages tell of each NEED, so that an adapter can make a trace of it. */
@NullMarked
package dev.canswarm.stage.trace;

import org.jspecify.annotations.NullMarked;
