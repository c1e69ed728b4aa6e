/** Text to token ids and back: byte-level BPE and WordPiece. Knows no model and no engine. */
package io.jgpt.tokenizer;
