/** Small programs that embed jgpt; the first argument of each is a model directory. */
package io.jgpt.examples;
