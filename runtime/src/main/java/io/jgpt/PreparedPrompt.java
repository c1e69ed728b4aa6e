package io.jgpt;

import io.jgpt.scheduler.Completion;

/**
 * A request, checked and ready to be queued.
 *
 * @param truncated tokens cut from the front of the prompt
 */
record PreparedPrompt(Completion.Request request, TokenFeed feed, int truncated, long seed) {}
