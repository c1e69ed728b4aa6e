/** What tests of several packages share. */
package io.jgpt.testing;
