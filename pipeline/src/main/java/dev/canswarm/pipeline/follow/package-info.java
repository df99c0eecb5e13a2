/**
 * Follows the op-log in the order of its positions, for HTTP followers and lists. It uses no type
 * of a driver. ADR 31 explains why no row is skipped.
 */
@NullMarked
package dev.canswarm.pipeline.follow;

import org.jspecify.annotations.NullMarked;
