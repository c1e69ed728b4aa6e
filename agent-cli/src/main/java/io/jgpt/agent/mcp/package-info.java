/**
 * Tools of MCP servers that a policy names: programs that are started with a run, end with it, and
 * whose every word is somebody else's.
 */
package io.jgpt.agent.mcp;
