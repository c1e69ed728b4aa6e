/** Benchmarks of what the agent's planners keep to themselves. */
package io.jgpt.agent.plan;
