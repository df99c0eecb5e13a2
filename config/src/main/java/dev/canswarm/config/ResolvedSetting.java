package dev.canswarm.config;

/**
 * The effective value of one setting and its origin.
 *
 * @param value the text; the password in a secret is masked
 * @param source {@code flag}, {@code environment SWARM_X}, {@code file /p} or {@code default}
 * @param secret whether the setting contains a secret
 */
public record ResolvedSetting(String key, String value, String source, boolean secret) {}
