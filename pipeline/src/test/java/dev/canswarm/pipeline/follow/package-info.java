@NullMarked
package dev.canswarm.pipeline.follow;

import org.jspecify.annotations.NullMarked;
