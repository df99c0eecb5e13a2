/** The decision gate in Redis, over Lettuce's reactive API. */
@NullMarked
package dev.canswarm.pipeline.redis;

import org.jspecify.annotations.NullMarked;
