/**
 * Programs that jgpt starts: without a shell, with an environment of jgpt's making, away from the
 * terminal, and with nothing left of them afterwards. Linux alone.
 */
package io.jgpt.agent.program;
