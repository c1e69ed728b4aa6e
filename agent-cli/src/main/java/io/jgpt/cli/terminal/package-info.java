/** Text as a terminal shows it: widths, tables, what may be shown raw, lines that come and go. */
package io.jgpt.cli.terminal;
