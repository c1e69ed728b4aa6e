/**
 * JMH benchmarks. Each checks its answer before it measures.
 *
 * <pre>
 *   mvn -q -pl bench -am package -DskipTests
 *   java -jar bench/target/lib/jgpt-bench-0.1.0.jar -p model=DIRECTORY
 * </pre>
 */
package io.jgpt.bench;
