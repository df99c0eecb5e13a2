/** The signed message: its form, its codec, signing and verifying. */
@NullMarked
package dev.canswarm.envelope;

import org.jspecify.annotations.NullMarked;
