/** What several tests need. */
package io.jgpt.testing;
