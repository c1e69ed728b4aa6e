/** Failures as one line each: what, value, limit, cure, in the user's language. */
package io.jgpt.error;
