/**
 * What the agent can do, and the walls around it: tools, their arguments and results, and the
 * workspace that no path leads out of. Knows the JDK alone, so that a tool can be tested, and
 * trained on, without a model.
 */
package io.jgpt.agent.tool;
