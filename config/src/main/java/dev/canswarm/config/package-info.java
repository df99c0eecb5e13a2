/**
 * What an operator sets: typed settings with their sources, the policy file, the trust file, and
 * where the SQL migrations are. Knows nothing of what is done with them.
 */
@NullMarked
package dev.canswarm.config;

import org.jspecify.annotations.NullMarked;
