/**
 * From a row of logits to a token: penalties, constraints, truncations and the draw. Knows no
 * engine and no text.
 */
package io.jgpt.sampling;
