package io.jgpt.agent.log;

/**
 * What protects the files of a state directory.
 *
 * @param mac against changes
 * @param sealer against readers
 */
public record Keys(MacKey mac, Sealer sealer) {}
