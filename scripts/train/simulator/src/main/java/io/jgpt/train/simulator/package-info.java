/**
 * Goals in two languages, run by the real tools in workspaces of their own: what the bundled model
 * learns from.
 */
package io.jgpt.train.simulator;
