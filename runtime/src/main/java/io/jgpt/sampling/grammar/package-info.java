/**
 * Constrained decoding: what a completion may look like, as a regular expression, a JSON Schema or
 * a grammar put together in code, and the token masks that keep a model to it.
 *
 * <pre>{@code
 * JSON Schema ─┐
 * regex ───────┼─> Grammar ──> Nfa over bytes ──> Automaton (states on demand) ──> MaskRow
 * code ────────┘                    │                                                ▲
 *                                   └─> LeastTokens <── ByteTries of the vocabulary ─┘
 * }</pre>
 *
 * <p>The automaton is finite. Nesting (a JSON value in a JSON value) is written out to a bounded
 * depth instead of being kept on a stack: that makes it possible to know for every state the least
 * number of <em>tokens</em> that completes it, tokens that close several levels at once included,
 * and so to end in time. Over a stack the same figure would be a matrix over the vocabulary's
 * prefixes. It is a property of the undeterminised automaton, found once for each grammar; its
 * deterministic states are made as text reaches them.
 */
package io.jgpt.sampling.grammar;
