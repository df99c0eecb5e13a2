/** The five roles that react, as pure functions of what is stored about a NEED. */
@NullMarked
package dev.canswarm.protocol.role;

import org.jspecify.annotations.NullMarked;
