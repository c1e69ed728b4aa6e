/**
 * Embedding jgpt: {@link io.jgpt.LanguageModel#open} a model, make sessions, generate.
 *
 * <p>What a user can act on is thrown as {@link io.jgpt.error.JgptException}; a mistake in the
 * calling code as {@link IllegalArgumentException} or {@link IllegalStateException}.
 */
package io.jgpt;
