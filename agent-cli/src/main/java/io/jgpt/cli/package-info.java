/** The command line. The only place that may exit, print, or read system properties. */
package io.jgpt.cli;
