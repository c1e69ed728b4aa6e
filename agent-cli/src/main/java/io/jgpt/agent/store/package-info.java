/**
 * What jgpt keeps about its user: profile, notes, the figures of feedback; and the key under which
 * all of it, the runs too, is encrypted.
 *
 * <p>In the state directory, beside the files of {@link io.jgpt.agent.log}:
 *
 * <pre>
 * key         where the key is: here, or in the system's keyring
 * key.check   derived from the key: another one is noticed before anything is read or written
 * profile     each of these is one encrypted JSON object
 * notes
 * released    counts of feedback as they were given out
 * lock        processes wait here for each other
 * </pre>
 */
package io.jgpt.agent.store;
