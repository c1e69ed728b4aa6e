/** Planners: what decides the agent's next step. */
package io.jgpt.agent.plan;
