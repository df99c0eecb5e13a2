/** Health checks: whether each part that a process depends on works. */
@NullMarked
package dev.canswarm.pipeline.health;

import org.jspecify.annotations.NullMarked;
