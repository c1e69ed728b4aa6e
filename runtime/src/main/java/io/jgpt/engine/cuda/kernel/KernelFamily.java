package io.jgpt.engine.cuda.kernel;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every kernel. A family is one kernel per weight type with the same parameters; the name of an
 * entry is {@code NAME_TYPE}, in {@code kernels/src/main/cuda/FILE.cu}.
 *
 * <p>A signature has one letter per parameter: p pointer, i int, l 64-bit integer, f float, d
 * double. A test holds it against the PTX, so that what Java passes and what a kernel takes cannot
 * drift apart unnoticed where no device is.
 */
public enum KernelFamily {
  ATTENTION_PREFILL("attention_prefill", "attention_prefill", Variants.WEIGHTS, "ppppppiiiiif"),
  ATTENTION_DECODE("attention_decode", "attention_decode", Variants.WEIGHTS, "pppppiiiiiif"),
  ATTENTION_COMBINE("attention_decode", "attention_combine", Variants.ONE, "pppiii"),
  SAMPLE("sample", "sample", Variants.ONE, "ppppppi"),
  TOKEN_APPEND("token_append", "token_append", Variants.ONE, "pppppp"),
  EMBED("embed", "embed", Variants.WEIGHTS, "pppppii"),
  LAYER_NORM("layer_norm", "layer_norm", Variants.ONE, "pppppiif"),
  GEMV("gemv", "gemv", Variants.WEIGHTS, "pppppiiiii"),
  GEMV_BATCH("gemv", "gemv_batch", Variants.WEIGHTS, "pppppiiiiii"),
  GEMM("gemm", "gemm", Variants.WEIGHTS, "pppppppiiiii"),
  FFN_UP("ffn", "ffn_up", Variants.WEIGHTS, "ppppppiiifii"),
  FFN_UP_BATCH("ffn", "ffn_up_batch", Variants.WEIGHTS, "ppppppiiiifii"),
  FFN_UP_TILED("ffn", "ffn_up_tiled", Variants.WEIGHTS, "ppppppiiiifi"),
  FFN_DOWN("ffn", "ffn_down", Variants.WEIGHTS, "pppppiiii"),
  FFN_DOWN_BATCH("ffn", "ffn_down_batch", Variants.WEIGHTS, "pppppiiiii"),
  FFN_DOWN_TILED("ffn", "ffn_down_tiled", Variants.WEIGHTS, "pppppppiiii"),
  PACK("pack", "pack", Variants.PAIRS, "ppiiii"),
  PACK_TRANSPOSED("pack", "pack_transposed", Variants.PAIRS, "ppiiii");

  /** What a family's entries differ in. */
  enum Variants {
    /** One entry, named as the family. */
    ONE,
    /** One per weight type. */
    WEIGHTS,
    /** One per pair of a source's and a destination's type. */
    PAIRS
  }

  private final String file;
  private final String stem;
  private final Variants variants;
  private final String signature;

  KernelFamily(String file, String stem, Variants variants, String signature) {
    this.file = file;
    this.stem = stem;
    this.variants = variants;
    this.signature = signature;
  }

  /** The name of the PTX file, without its ending. */
  String file() {
    return file;
  }

  String signature() {
    return signature;
  }

  /** The kernel of a family that has one alone; as launch logs and profilers show it. */
  public String entry() {
    require(Variants.ONE);
    return stem;
  }

  /** The kernel for this type of weights. */
  public String entry(WeightType type) {
    require(Variants.WEIGHTS);
    return stem + "_" + type.suffix();
  }

  /** The kernel between two types. */
  public String entry(WeightType from, WeightType to) {
    require(Variants.PAIRS);
    return stem + "_" + from.suffix() + "_" + to.suffix();
  }

  /** All its kernels. */
  public List<String> entries() {
    List<WeightType> types = List.of(WeightType.values());
    return switch (variants) {
      case ONE -> List.of(entry());
      case WEIGHTS -> types.stream().map(this::entry).toList();
      case PAIRS ->
          types.stream().flatMap(from -> types.stream().map(to -> entry(from, to))).toList();
    };
  }

  /** All kernels of all families. */
  public static Stream<String> allEntries() {
    return Stream.of(values()).flatMap(family -> family.entries().stream());
  }

  private void require(Variants asked) {
    if (variants != asked) {
      throw new IllegalArgumentException(this + " has " + variants + ", not " + asked);
    }
  }
}
