/** Reads pages of the web that a policy allows, and none of the network that jgpt stands in. */
package io.jgpt.agent.web;
