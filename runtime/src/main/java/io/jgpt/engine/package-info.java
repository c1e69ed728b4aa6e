/** What a decoder engine does, whatever it runs on. */
package io.jgpt.engine;
