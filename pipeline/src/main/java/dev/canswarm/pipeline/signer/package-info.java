/**
 * Keys that are kept by another process: the line protocol, the side that asks for signatures, and
 * the side that signs.
 */
@NullMarked
package dev.canswarm.pipeline.signer;

import org.jspecify.annotations.NullMarked;
