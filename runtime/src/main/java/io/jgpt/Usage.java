package io.jgpt;

/**
 * Tokens of a generation.
 *
 * @param prompt tokens of the prompt, as used
 * @param completion tokens generated and handed out, a final end-of-text included
 * @param reused tokens of the prompt whose keys and values the session still held
 * @param truncated tokens cut from the front of the prompt
 */
public record Usage(int prompt, int completion, int reused, int truncated) {}
