/**
 * jgpt and PyTorch in turn on the same machine, with the same random weights, beside what the
 * hardware allows: what {@code scripts/bench-gpu} runs.
 */
package io.jgpt.bench.peers;
