/**
 * Runs on disk: what happened, kept so that it can be resumed, replayed and trusted.
 *
 * <p>Under the state directory, all of it readable by its owner alone, and encrypted:
 *
 * <pre>
 * runs/ID.jsonl       one line an event, each authenticated together with all before it
 * runs/heads/ID.jsonl.head   number and code of the last line: a shortened file is noticed
 * grants.jsonl        "always", in the same form, with its head under heads
 * </pre>
 */
package io.jgpt.agent.log;
