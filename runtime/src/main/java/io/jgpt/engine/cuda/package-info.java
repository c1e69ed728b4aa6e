/**
 * GPT-2 on an NVIDIA GPU: weights, paged keys and values, the forward pass, and its replay as a
 * CUDA graph.
 */
package io.jgpt.engine.cuda;
