package dev.canswarm.config;

/**
 * One setting as it came out.
 *
 * @param value as text, fit to be shown: a secret's password is masked
 * @param source {@code flag}, {@code environment SWARM_X}, {@code file /p} or {@code default}
 * @param secret whether the setting holds a secret
 */
public record Resolved(String key, String value, String source, boolean secret) {}
