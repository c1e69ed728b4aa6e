/** Tables in CSV files, and the tool that counts on them. */
package io.jgpt.agent.table;
