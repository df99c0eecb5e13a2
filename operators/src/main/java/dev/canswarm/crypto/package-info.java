/** Ed25519 behind one interface, SHA-256, keys. */
@NullMarked
package dev.canswarm.crypto;

import org.jspecify.annotations.NullMarked;
