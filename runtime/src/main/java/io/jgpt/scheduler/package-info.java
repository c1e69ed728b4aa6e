/**
 * Runs the requests of many threads on one engine: one owner thread, continuous batching, a budget
 * for keys and values. Knows tokens, not text, and no concrete engine.
 */
package io.jgpt.scheduler;
