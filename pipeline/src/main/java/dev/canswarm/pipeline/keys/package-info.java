/**
 * Encrypted key files: their form, and how a passphrase opens them. Only this package sees the
 * library that computes scrypt.
 */
@NullMarked
package dev.canswarm.pipeline.keys;

import org.jspecify.annotations.NullMarked;
