package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;

/**
 * A JSON Schema, of which a part is understood; docs/constrained.md lists it. A keyword that is not
 * understood is an error that names it and its place, never ignored, annotations aside. Immutable.
 *
 * <p>What is written is some valid value, not every one: an object has the properties in the order
 * of the schema and no others beside them, and a schema that contains itself is followed to a
 * bounded depth, as a value of any kind is: as deep as the automaton stays small, at most {@value
 * #MAX_DEPTH} levels.
 */
public final class JsonSchema {

  /** How values are written. */
  public enum Spacing {
    /** A space behind each comma and colon: {@code {"a": [1, 2]}}. */
    FIXED,
    /** A space or none around every sign: for tokenizers that cannot choose. */
    FREE
  }

  /** Most levels of a schema inside itself. */
  static final int MAX_DEPTH = 6;

  /** Nodes of the automaton up to which a schema is followed deeper. */
  private static final long AMPLE_SIZE = 10_000;

  private final JsonValue schema;

  private JsonSchema(JsonValue schema) {
    this.schema = schema;
  }

  /**
   * Reads a schema.
   *
   * @throws InputException if the text is no JSON, or the schema has what is not understood, or no
   *     value can fit it
   */
  public static JsonSchema parse(String text) {
    var schema = new JsonSchema(JsonValue.parse(text));
    schema.grammar(Spacing.FIXED);
    return schema;
  }

  /** The values that fit, as texts. */
  public Grammar grammar(Spacing spacing) {
    Grammar deepest = SchemaCompiler.NEVER;
    boolean deeper = true;
    for (int depth = 1; deeper && depth <= MAX_DEPTH; depth++) {
      var compiler = new SchemaCompiler(schema, spacing, depth);
      Grammar grammar = compiler.compile();
      boolean small = GrammarSize.of(grammar) <= AMPLE_SIZE;
      if (small || SchemaCompiler.isNever(deepest)) {
        deepest = grammar;
      }
      deeper = compiler.isCut() && small;
    }
    if (SchemaCompiler.isNever(deepest)) {
      throw new InputException("grammar.nothing", MAX_DEPTH);
    }
    return deepest;
  }
}
