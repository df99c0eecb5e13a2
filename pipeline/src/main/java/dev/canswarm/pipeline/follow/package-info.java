/**
 * Reading the op-log along, in the order of its positions: what followers over HTTP and lists need
 * of it, without any type of a driver. ADR 31 says why nothing is skipped.
 */
@NullMarked
package dev.canswarm.pipeline.follow;

import org.jspecify.annotations.NullMarked;
