package io.jgpt;

import java.util.Optional;

/**
 * One generated token.
 *
 * @param id in the model's vocabulary
 * @param text that became certain with this token: whole characters, possibly none. The texts of
 *     all tokens make up the completion; a token's own bytes may come with a later one
 * @param logprobs present if {@code Sampling.logprobs} asked for them
 */
public record Token(int id, String text, Optional<Logprobs> logprobs) {}
