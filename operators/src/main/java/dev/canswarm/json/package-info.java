/** Strict I-JSON reading (RFC 7493) and canonical writing (RFC 8785). */
@NullMarked
package dev.canswarm.json;

import org.jspecify.annotations.NullMarked;
