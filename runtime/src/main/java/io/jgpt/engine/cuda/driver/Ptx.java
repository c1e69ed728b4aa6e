package io.jgpt.engine.cuda.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file of PTX says about itself, read from its text:
 *
 * <pre>{@code
 * .version 7.8                        // of the language: which driver can read it
 * .target sm_90                       // which devices can run it
 * .visible .entry gemv_f32(           // a kernel
 *     .param .u64 gemv_f32_param_0,   // its parameters in order
 *     .param .f32 gemv_f32_param_1
 * )
 * }</pre>
 *
 * @param version of PTX times ten: 7.8 is 78
 * @param computeCapability least one of a device: sm_90 is 90
 * @param kernels parameters of each kernel by its name, in the order of the file
 */
record Ptx(int version, int computeCapability, Map<String, List<Parameter>> kernels) {

  private static final Pattern VERSION = Pattern.compile("(?m)^\\.version\\s+(\\d+)\\.(\\d)\\b");
  private static final Pattern TARGET = Pattern.compile("(?m)^\\.target\\s+sm_(\\d+)");
  private static final Pattern KERNEL =
      Pattern.compile("(?m)^(?:\\.visible\\s+)?\\.entry\\s+([\\w$%]+)\\s*\\(([^)]*)\\)");

  /** One scalar; what is passed by value in pieces ({@code .b8 p[24]}) is not known here. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\.param\\s+\\.([a-z]+\\d+)(?:\\s+\\.(?:ptr|align|global)(?:\\s+\\d+)?)*\\s+[\\w$%]+");

  private static final Pattern COMMENT = Pattern.compile("//[^\\n]*");

  /** The types of scalars that kernels here take, with the Java types that fit each. */
  enum Parameter {
    U64(true, false, true, false, false),
    U32(false, true, false, false, false),
    F32(false, false, false, true, false),
    F64(false, false, false, false, true),
    /** 64 bits of anything. */
    B64(true, false, true, false, true),
    /** 32 bits of anything. */
    B32(false, true, false, true, false);

    final boolean takesAddress;
    final boolean takesInt;
    final boolean takesLong;
    final boolean takesFloat;
    final boolean takesDouble;

    Parameter(
        boolean takesAddress,
        boolean takesInt,
        boolean takesLong,
        boolean takesFloat,
        boolean takesDouble) {
      this.takesAddress = takesAddress;
      this.takesInt = takesInt;
      this.takesLong = takesLong;
      this.takesFloat = takesFloat;
      this.takesDouble = takesDouble;
    }
  }

  Ptx {
    kernels = Map.copyOf(kernels);
  }

  /**
   * Reads a file's text.
   *
   * @throws IllegalArgumentException if it is not PTX, or a kernel has parameters that are not
   *     scalars of 32 or 64 bits
   */
  static Ptx parse(String file, String text) {
    Matcher version = find(VERSION, file, text);
    Map<String, List<Parameter>> kernels = new LinkedHashMap<>();
    Matcher kernel = KERNEL.matcher(text);
    while (kernel.find()) {
      kernels.put(kernel.group(1), parameters(file, kernel.group(1), kernel.group(2)));
    }
    return new Ptx(
        10 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2)),
        Integer.parseInt(find(TARGET, file, text).group(1)),
        kernels);
  }

  private static Matcher find(Pattern pattern, String file, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException(file + " is not PTX: no " + pattern);
    }
    return matcher;
  }

  private static List<Parameter> parameters(String file, String kernel, String list) {
    List<Parameter> parameters = new ArrayList<>();
    for (String one : COMMENT.matcher(list).replaceAll("").split(",", -1)) {
      String declaration = one.strip();
      if (declaration.isEmpty()) { // a kernel without parameters
        continue;
      }
      Matcher parameter = PARAMETER.matcher(declaration);
      if (!parameter.matches()) {
        throw unknown(file, kernel, declaration);
      }
      parameters.add(
          switch (parameter.group(1)) {
            case "u64", "s64" -> Parameter.U64;
            case "u32", "s32" -> Parameter.U32;
            case "f32" -> Parameter.F32;
            case "f64" -> Parameter.F64;
            case "b64" -> Parameter.B64;
            case "b32" -> Parameter.B32;
            default -> throw unknown(file, kernel, declaration);
          });
    }
    return List.copyOf(parameters);
  }

  private static IllegalArgumentException unknown(String file, String kernel, String declaration) {
    return new IllegalArgumentException(
        file
            + ": "
            + kernel
            + " has a parameter that is no scalar of 32 or 64 bits: "
            + declaration);
  }
}
