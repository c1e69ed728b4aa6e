package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;

/** One JSON object on standard output, on one line. */
final class Json {

  /** Writes the fields of an object. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** More digits of a time or a rate are noise. */
  private static final MathContext PRECISION = new MathContext(6);

  private Json() {}

  static void print(Output output, Fields fields) {
    output.write(object(fields) + "\n");
  }

  /** The object as text. */
  static String object(Fields fields) {
    var text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    return text.toString();
  }

  /** A measured number, rounded to six digits; null if it is none. */
  static void measured(JsonGenerator json, String name, double value) throws IOException {
    json.writeFieldName(name);
    if (Double.isFinite(value)) {
      json.writeNumber(new BigDecimal(value, PRECISION).toPlainString());
    } else {
      json.writeNull();
    }
  }

  /** As {@link #measured(JsonGenerator, String, double)}; null where it cannot be stated. */
  static void measured(JsonGenerator json, String name, OptionalDouble value) throws IOException {
    measured(json, name, value.orElse(Double.NaN));
  }
}
