/** Tests of the configuration. */
@NullMarked
package dev.canswarm.config;

import org.jspecify.annotations.NullMarked;
