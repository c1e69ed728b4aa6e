/**
 * The boundaries between packages, of the runtime and of this module, kept by reading class files.
 */
package io.jgpt.architecture;
