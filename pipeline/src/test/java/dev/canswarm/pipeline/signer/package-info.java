@NullMarked
package dev.canswarm.pipeline.signer;

import org.jspecify.annotations.NullMarked;
