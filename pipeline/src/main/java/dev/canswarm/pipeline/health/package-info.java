/** Whether a process can do its work, asked of each part that it depends on. */
@NullMarked
package dev.canswarm.pipeline.health;

import org.jspecify.annotations.NullMarked;
