/** JSON as values: what policies, recipes, run logs and endpoints are written in. */
package io.jgpt.agent.json;
