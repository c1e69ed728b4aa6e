/**
 * The agent: from an instruction over thoughts, actions and observations to an answer.
 *
 * <p>What happens is a sequence of {@link io.jgpt.agent.Event}s. {@link io.jgpt.agent.AgentState}
 * is what they come to, and knows nothing else; {@link io.jgpt.agent.Agent} looks at the state,
 * does what comes next (asks the planner, the policy, the user, a tool) and turns the outcome into
 * the next event. So a run can be stored, continued and replayed.
 */
package io.jgpt.agent;
