/**
 * Goals with what must hold afterwards, fixed before any model was trained, and the judge of what
 * came out.
 */
package io.jgpt.agent.eval;
