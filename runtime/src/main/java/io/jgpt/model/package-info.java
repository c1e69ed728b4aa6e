/** Model directories: configuration, safetensors, weights. Knows no engine. */
package io.jgpt.model;
